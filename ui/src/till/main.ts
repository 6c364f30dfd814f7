import { mount } from 'svelte';

import { connect } from '../lib/backend';
import App from './App.svelte';
import './styles';

const target = document.getElementById('till');
if (target) mount(App, { target, props: { backend: connect() } });
