// Shows the office over a made-up server: office.html?role=manager&language=fr&shade=dark#/orders
import { mount } from 'svelte';

import App from '../../src/office/App.svelte';
import { Api } from '../../src/office/state/api';
import '../../src/office/styles';
import { MadeUpOffice, type OfficeWish } from './server';

const wish = Object.fromEntries(new URLSearchParams(location.search)) as OfficeWish;
localStorage.setItem('comptoir.shade', wish.shade ?? 'light');
localStorage.setItem('comptoir.language', wish.language ?? 'en');

const office = new MadeUpOffice(wish);
Object.assign(window, { madeUpOffice: office });
const target = document.getElementById('office');
if (target) mount(App, { target, props: { api: new Api((path, init) => office.answer(path, init)) } });
