/** Drawn with one line of a pen two units wide, in a square of 24. */
export const ICONS = {
  home: 'M4 11.5 12 5l8 6.5V20h-5.5v-5h-5v5H4z',
  orders: 'M5 9h14l-1.4 11H6.4zM9 9V7a3 3 0 0 1 6 0v2',
  packing: 'M4 8.5 12 4l8 4.5v7L12 20l-8-4.5zM4 8.5l8 4.5 8-4.5M12 13v7',
  slots: 'M5 6h14v14H5zM5 10.5h14M9 3.5V7M15 3.5V7M9 15l2 2 4-4',
  recurring: 'M5 11a7 7 0 0 1 12.2-4.5L19 8.5M19 4.5v4h-4M19 13a7 7 0 0 1-12.2 4.5L5 15.5M5 19.5v-4h4',
  products: 'M4 12V4h8l8.5 8.5-8 8zM8.2 8.2h.01',
  customers: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.6 3.6-5.5 7.5-5.5s6.7 1.9 7.5 5.5',
  staff:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 19.5c.6-3.2 2.9-5 6-5s5.4 1.8 6 5M15.5 5a3.3 3.3 0 0 1 0 6.2M17.5 14.9c1.9.6 3.1 2.2 3.5 4.6',
  tills: 'M5 4h10v6H5zM7 10v3M13 10v3M4 13h16v7H4zM4 16.5h16M10.5 18.3h3',
  problems: 'M12 4.5 21 20H3zM12 10.5v4.5M12 17.6v.1',
  messages: 'M4 6h16v12H4zM4 7l8 6.5L20 7',
  connections:
    'M9 15l6-6M10.5 6.5l1.7-1.7a4.2 4.2 0 0 1 6 6l-1.7 1.7M13.5 17.5l-1.7 1.7a4.2 4.2 0 0 1-6-6l1.7-1.7',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  audit: 'M6 4h9l3 3v13H6zM9 9.5h6M9 13h6M9 16.5h4',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
  down: 'M12 4v11M7 11l5 5 5-5M5 20h14',
} as const;

export type IconName = keyof typeof ICONS;
