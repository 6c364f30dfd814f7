import type { ProductRow } from '../../../lib/bindings/office/ProductRow';
import type { Column } from '../../../kit/table';
import type { Locale } from '../../state/locale.svelte';

export function productColumns(locale: Locale): Column<ProductRow>[] {
  const { m, f } = locale;
  const sold = ({ counter, shop, active }: ProductRow) => {
    if (!active) return m.goods.inactive;
    if (counter && shop) return m.goods.everywhere;
    return counter ? m.goods.counterOnly : shop ? m.goods.shopOnly : m.goods.nowhere;
  };
  return [
    {
      key: 'name',
      title: m.goods.name,
      text: ({ name }) => name,
      under: ({ code, supplier }) => [code, supplier].filter(Boolean).join(' · '),
      by: ({ name }) => name,
    },
    {
      key: 'category',
      title: m.goods.category,
      text: ({ category }) => category ?? '',
      by: ({ category }) => category,
      narrow: 'hidden',
    },
    { key: 'sold', title: m.goods.sold, text: sold, narrow: 'bare' },
    {
      key: 'onHand',
      title: m.goods.onHand,
      text: ({ tracksStock, onHand, unit }) => (tracksStock ? f.quantity(onHand, unit) : ''),
      by: ({ onHand }) => onHand,
      figure: true,
    },
    {
      key: 'available',
      title: m.goods.available,
      text: ({ tracksStock, available, unit }) => (tracksStock ? f.quantity(available, unit) : ''),
      tone: ({ tracksStock, available }) => (tracksStock && available <= 0 ? 'bad' : null),
      by: ({ available }) => available,
      figure: true,
    },
    {
      key: 'price',
      title: m.goods.price,
      text: ({ price }) => (price === null ? m.goods.noPrice : f.money(price)),
      tone: ({ price, active }) => (price === null && active ? 'bad' : null),
      by: ({ price }) => price,
      figure: true,
      narrow: 'corner',
    },
  ];
}
