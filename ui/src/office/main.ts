import { mount } from 'svelte';

import App from './App.svelte';
import { Api } from './state/api';
import './styles';

const target = document.getElementById('office');
if (target) mount(App, { target, props: { api: new Api((path, init) => fetch(path, init)) } });
