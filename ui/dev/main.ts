// Shows the till's page over a made-up till: ?screen=sell&lines=6&language=fr&shade=dark
import { mount } from 'svelte';

import App from '../src/till/App.svelte';
import '../src/till/styles';
import { MadeUpTill, type Wish } from './madeup';

const wish = Object.fromEntries(new URLSearchParams(location.search)) as Wish;
localStorage.setItem('comptoir.shade', wish.shade ?? 'light');

const till = new MadeUpTill(wish);
Object.assign(window, { madeUpTill: till });
const target = document.getElementById('till');
if (target) mount(App, { target, props: { backend: till } });
