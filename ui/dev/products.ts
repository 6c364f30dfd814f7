import type { ProductCard } from '../src/lib/bindings/ProductCard';
import type { Unit } from '../src/lib/bindings/Unit';

export interface MadeUpProduct extends ProductCard {
  barcode: string;
  rate: number;
  deposit: number;
}

const COLOURS: Record<string, string> = {
  Vegetables: '#5f8f4e',
  Fruit: '#c8553d',
  Dairy: '#d9b64a',
  Bread: '#b07a3d',
  Jars: '#8a5a83',
  Drinks: '#4f86a8',
  Home: '#7d7466',
};

type Row = [
  name: string,
  detail: string | null,
  category: string,
  unit: Unit,
  price: number | null,
  icon: string,
];

const ROWS: Row[] = [
  ['Carrots', null, 'Vegetables', 'kilogram', 240, 'root'],
  ['Potatoes', 'Charlotte', 'Vegetables', 'kilogram', 190, 'round'],
  ['Leeks', null, 'Vegetables', 'kilogram', 320, 'leaf'],
  ['Eggs', 'box of 6', 'Dairy', 'each', 250, 'round'],
  ['Sourdough loaf', '800 g', 'Bread', 'each', 480, 'loaf'],
  ['Goat’s cheese', null, 'Dairy', 'kilogram', 2180, 'wedge'],
  ['Apple juice', '1 l', 'Drinks', 'each', 320, 'bottle'],
  ['Honey', '500 g', 'Jars', 'each', 850, 'jar'],
  ['Tomato passata', '690 g', 'Jars', 'each', 345, 'jar'],
  ['Apples', 'Topaz', 'Fruit', 'kilogram', 290, 'round'],
  ['Whole milk', '1 l', 'Dairy', 'each', 160, 'bottle'],
  ['Butter', '250 g', 'Dairy', 'each', 395, 'loaf'],
  ['Beeswax candle', null, 'Home', 'each', 620, 'bottle'],
  ['Rye bread', '1 kg', 'Bread', 'each', 520, 'loaf'],
  ['Spinach', null, 'Vegetables', 'kilogram', 680, 'leaf'],
  ['Oat flakes', '500 g', 'Jars', 'each', 235, 'jar'],
  ['Pears', 'Conference', 'Fruit', 'kilogram', 330, 'round'],
  ['Sunflower oil', '0.75 l', 'Jars', 'each', 590, 'bottle'],
  ['Plain yoghurt', '500 g', 'Dairy', 'each', 265, 'jar'],
  ['Winter squash', null, 'Vegetables', 'kilogram', 260, 'round'],
  ['Ginger beer', '0.33 l', 'Drinks', 'each', 240, 'bottle'],
  ['Chestnut purée', '320 g', 'Jars', 'each', null, 'jar'],
];

/** Made-up ids that are the same in every run. */
export function madeUpId(kind: number, index: number): string {
  return `019a${String(kind).padStart(4, '0')}-0000-7000-8000-${String(index).padStart(12, '0')}`;
}

export const PRODUCTS: MadeUpProduct[] = ROWS.map(([name, detail, category, unit, price, icon], index) => ({
  variant: madeUpId(1, index),
  code: String(100 + index),
  name,
  detail,
  category,
  unit,
  price,
  available: index === 7 ? 0 : 20_000,
  picture: `${icon}-${COLOURS[category]!.slice(1)}`,
  colour: COLOURS[category]!,
  barcode: `20000000${String(index).padStart(4, '0')}0`,
  rate: category === 'Home' ? 20_000 : 5_500,
  deposit: name === 'Apple juice' ? 25 : 0,
}));

const SHAPES: Record<string, string> = {
  root: '<path d="M34 20c8 0 12 7 9 14L30 58 19 34c-3-7 5-14 15-14Z"/><path d="m30 20-5-11m6 10 2-12m1 13 8-8" fill="none" stroke="#5f8f4e" stroke-width="3"/>',
  round:
    '<circle cx="32" cy="36" r="19"/><path d="M32 18c0-5 3-8 8-9" fill="none" stroke="#6b5a3a" stroke-width="3"/>',
  leaf: '<path d="M32 58C14 44 14 22 32 8c18 14 18 36 0 50Z"/><path d="M32 56V18" stroke="#fff" stroke-width="2" opacity=".6"/>',
  loaf: '<path d="M10 40c-4-10 4-20 22-20s26 10 22 20v10H10Z"/><path d="m22 26 4 8m6-9 3 9m6-7 2 7" stroke="#fff" stroke-width="2.5" opacity=".6"/>',
  wedge:
    '<path d="M8 40 46 18c7 4 10 11 10 22v10H8Z"/><circle cx="40" cy="42" r="4" fill="#fff" opacity=".6"/><circle cx="24" cy="44" r="3" fill="#fff" opacity=".6"/>',
  bottle:
    '<path d="M27 6h10v12c6 4 8 8 8 14v26H19V32c0-6 2-10 8-14Z"/><rect x="19" y="36" width="26" height="13" fill="#fff" opacity=".6"/>',
  jar: '<rect x="18" y="8" width="28" height="8" rx="2"/><path d="M16 20h32v32a6 6 0 0 1-6 6H22a6 6 0 0 1-6-6Z"/><rect x="16" y="30" width="32" height="14" fill="#fff" opacity=".6"/>',
};

export function pictureOf(id: string): string {
  const [shape = 'round', colour = '888888'] = id.split('-');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" fill="#${colour}">${SHAPES[shape] ?? ''}</svg>`;
}
