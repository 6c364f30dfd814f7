import type { Component } from 'svelte';

import type { Area } from '../frame/areas';
import audit from './audit/Area.svelte';
import connections from './connections/Area.svelte';
import customers from './customers/Area.svelte';
import home from './home/Area.svelte';
import messages from './messages/Area.svelte';
import orders from './orders/Area.svelte';
import packing from './packing/Area.svelte';
import problems from './problems/Area.svelte';
import products from './products/Area.svelte';
import recurring from './recurring/Area.svelte';
import settings from './settings/Area.svelte';
import slots from './slots/Area.svelte';
import staff from './staff/Area.svelte';
import tills from './tills/Area.svelte';

/** The page of each area. */
export const PAGES: Record<Area, Component> = {
  home,
  orders,
  packing,
  slots,
  recurring,
  products,
  customers,
  problems,
  messages,
  tills,
  staff,
  connections,
  settings,
  audit,
};
