// Everything that the pages ask of the server, by name.
import type { AddTaxRate } from '../../lib/bindings/office/AddTaxRate';
import type { AmendStep } from '../../lib/bindings/office/AmendStep';
import type { AuditList } from '../../lib/bindings/office/AuditList';
import type { CustomerList } from '../../lib/bindings/office/CustomerList';
import type { CustomerView } from '../../lib/bindings/office/CustomerView';
import type { DeliveryList } from '../../lib/bindings/office/DeliveryList';
import type { EnrolCode } from '../../lib/bindings/office/EnrolCode';
import type { EnterStock } from '../../lib/bindings/office/EnterStock';
import type { ForgottenView } from '../../lib/bindings/office/ForgottenView';
import type { HomeView } from '../../lib/bindings/office/HomeView';
import type { LoginGiven } from '../../lib/bindings/office/LoginGiven';
import type { MakeWebhook } from '../../lib/bindings/office/MakeWebhook';
import type { MessageList } from '../../lib/bindings/office/MessageList';
import type { MessageTextList } from '../../lib/bindings/office/MessageTextList';
import type { MoveList } from '../../lib/bindings/office/MoveList';
import type { OrderList } from '../../lib/bindings/office/OrderList';
import type { OrderView } from '../../lib/bindings/office/OrderView';
import type { PickListView } from '../../lib/bindings/office/PickListView';
import type { PlaceList } from '../../lib/bindings/office/PlaceList';
import type { PreviewText } from '../../lib/bindings/office/PreviewText';
import type { ProblemList } from '../../lib/bindings/office/ProblemList';
import type { ProblemView } from '../../lib/bindings/office/ProblemView';
import type { ProductList } from '../../lib/bindings/office/ProductList';
import type { ProductView } from '../../lib/bindings/office/ProductView';
import type { PauseRecurring } from '../../lib/bindings/office/PauseRecurring';
import type { RecurringList } from '../../lib/bindings/office/RecurringList';
import type { RecurringView } from '../../lib/bindings/office/RecurringView';
import type { SaveCustomer } from '../../lib/bindings/office/SaveCustomer';
import type { SaveMessageText } from '../../lib/bindings/office/SaveMessageText';
import type { SavePlace } from '../../lib/bindings/office/SavePlace';
import type { SaveProduct } from '../../lib/bindings/office/SaveProduct';
import type { SaveRecurring } from '../../lib/bindings/office/SaveRecurring';
import type { SaveSettings } from '../../lib/bindings/office/SaveSettings';
import type { SaveSlot } from '../../lib/bindings/office/SaveSlot';
import type { SaveStaff } from '../../lib/bindings/office/SaveStaff';
import type { SettingsView } from '../../lib/bindings/office/SettingsView';
import type { ShopKeyList } from '../../lib/bindings/office/ShopKeyList';
import type { ShopKeyMade } from '../../lib/bindings/office/ShopKeyMade';
import type { SlotList } from '../../lib/bindings/office/SlotList';
import type { StaffList } from '../../lib/bindings/office/StaffList';
import type { StockEntered } from '../../lib/bindings/office/StockEntered';
import type { TextFields } from '../../lib/bindings/office/TextFields';
import type { TillList } from '../../lib/bindings/office/TillList';
import type { WebhookList } from '../../lib/bindings/office/WebhookList';
import type { WebhookMade } from '../../lib/bindings/office/WebhookMade';
import type { WebhookTried } from '../../lib/bindings/office/WebhookTried';
import { newActionId } from '../../lib/ids';
import type { Api, Query } from './api';

/** What is done to an order, beyond its action's id and the `rev` that was seen. */
export type OrderDeed =
  | { act: 'amend'; steps: AmendStep[] }
  | { act: 'cancel'; reason: string }
  | { act: 'ready'; basket: string | null }
  | { act: 'slot'; slot: string }
  | { act: 'refund'; tender: string; amount: number | null };

/** What a form sends, without the id that the form itself adds. */
type Sent<T> = Omit<T, 'action'>;

export class Server {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** One press of a button that has no form. */
  once = <T>(send: (action: string) => Promise<T>): Promise<T> => send(newActionId());

  home = () => this.#api.get<HomeView>('home');

  orders = (query: Query) => this.#api.get<OrderList>('orders', query);
  order = (id: string) => this.#api.get<OrderView>(`orders/${id}`);
  doToOrder = (id: string, rev: number, action: string, { act, ...body }: OrderDeed) =>
    this.#api.post<OrderView>(`orders/${id}/${act}`, { action, rev, ...body });
  note = (id: string, action: string, text: string) =>
    this.#api.post<OrderView>(`orders/${id}/note`, { action, text });

  slots = (query: Query) => this.#api.get<SlotList>('slots', query);
  saveSlot = (id: string | null, action: string, slot: Sent<SaveSlot>) =>
    this.#api.post(id === null ? 'slots' : `slots/${id}`, { action, ...slot });
  pickList = (slot: string) => this.#api.get<PickListView>(`slots/${slot}/pick-list`);
  places = () => this.#api.get<PlaceList>('places');
  savePlace = (id: string | null, action: string, place: Sent<SavePlace>) =>
    this.#api.post(id === null ? 'places' : `places/${id}`, { action, ...place });

  recurringOrders = (query: Query) => this.#api.get<RecurringList>('recurring-orders', query);
  recurringOrder = (id: string) => this.#api.get<RecurringView>(`recurring-orders/${id}`);
  saveRecurring = (id: string | null, action: string, recurring: Sent<SaveRecurring>) =>
    this.#api.post<RecurringView>(id === null ? 'recurring-orders' : `recurring-orders/${id}`, {
      action,
      ...recurring,
    });
  pauseRecurring = (id: string, action: string, pause: Sent<PauseRecurring>) =>
    this.#api.post<RecurringView>(`recurring-orders/${id}/pause`, { action, ...pause });
  skipRecurring = (id: string, action: string, seen: number, day: string, skipped: boolean) =>
    this.#api.post<RecurringView>(`recurring-orders/${id}/skip`, { action, seen, day, skipped });
  endRecurring = (id: string, action: string, seen: number, ended: boolean) =>
    this.#api.post<RecurringView>(`recurring-orders/${id}/end`, { action, seen, ended });

  products = (query: Query) => this.#api.get<ProductList>('products', query);
  product = (id: string) => this.#api.get<ProductView>(`products/${id}`);
  saveProduct = (id: string | null, action: string, product: Sent<SaveProduct>) =>
    this.#api.post<ProductView>(id === null ? 'products' : `products/${id}`, { action, ...product });
  moves = (variant: string, query: Query) => this.#api.get<MoveList>(`products/${variant}/moves`, query);
  enterStock = (action: string, entry: Sent<EnterStock>) =>
    this.#api.post<StockEntered>('stock', { action, ...entry });

  customers = (query: Query) => this.#api.get<CustomerList>('customers', query);
  customer = (id: string) => this.#api.get<CustomerView>(`customers/${id}`);
  saveCustomer = (id: string | null, action: string, customer: Sent<SaveCustomer>) =>
    this.#api.post<CustomerView>(id === null ? 'customers' : `customers/${id}`, { action, ...customer });
  forget = (id: string, action: string, seen: number) =>
    this.#api.post<ForgottenView>(`customers/${id}/forget`, { action, seen });

  staff = () => this.#api.get<StaffList>('staff');
  saveStaff = (id: string | null, action: string, person: Sent<SaveStaff>) =>
    this.#api.post(id === null ? 'staff' : `staff/${id}`, { action, ...person });
  setPin = (id: string, action: string, seen: number, pin: string | null) =>
    this.#api.post(`staff/${id}/pin`, { action, seen, pin });
  giveLogin = (id: string, action: string, login: string) =>
    this.#api.post<LoginGiven>(`staff/${id}/login`, { action, login });
  takeLogin = (id: string, action: string) => this.#api.post(`staff/${id}/login/remove`, { action });

  tills = (query: Query) => this.#api.get<TillList>('tills', query);
  enrol = (place: string) => this.#api.post<EnrolCode>('tills/enrol', { place });
  revoke = (id: string, action: string) => this.#api.post(`tills/${id}/revoke`, { action });

  problems = (query: Query) => this.#api.get<ProblemList>('problems', query);
  problem = (id: string) => this.#api.get<ProblemView>(`problems/${id}`);
  decide = (action: string, problems: string[], choice: string) =>
    this.#api.post('problems/decide', { action, problems, choice });

  messages = (query: Query) => this.#api.get<MessageList>('messages', query);
  texts = () => this.#api.get<MessageTextList>('message-texts');
  saveText = (action: string, text: Sent<SaveMessageText>) =>
    this.#api.post('message-texts', { action, ...text });
  preview = (text: PreviewText) => this.#api.post<TextFields>('message-texts/preview', text);

  shopKeys = () => this.#api.get<ShopKeyList>('shop-keys');
  makeShopKey = (action: string, name: string, scopes: string[]) =>
    this.#api.post<ShopKeyMade>('shop-keys', { action, name, scopes });
  revokeShopKey = (action: string, name: string) => this.#api.post('shop-keys/revoke', { action, name });

  webhooks = () => this.#api.get<WebhookList>('webhooks');
  webhookDeliveries = (shop: string, before: number | null) =>
    this.#api.get<DeliveryList>('webhooks/deliveries', { shop, before });
  makeWebhook = (action: string, webhook: Sent<MakeWebhook>) =>
    this.#api.post<WebhookMade>('webhooks', { action, ...webhook });
  pauseWebhook = (action: string, shop: string, paused: boolean) =>
    this.#api.post('webhooks/pause', { action, shop, paused });
  replayWebhook = (action: string, shop: string, from: number) =>
    this.#api.post('webhooks/replay', { action, shop, from });
  removeWebhook = (action: string, shop: string) => this.#api.post('webhooks/remove', { action, shop });
  tryWebhook = (shop: string) => this.#api.post<WebhookTried>('webhooks/try', { shop });

  settings = () => this.#api.get<SettingsView>('settings');
  saveSettings = (action: string, settings: Sent<SaveSettings>) =>
    this.#api.post<SettingsView>('settings', { action, ...settings });
  addTaxRate = (action: string, rate: Sent<AddTaxRate>) =>
    this.#api.post('settings/tax-rates', { action, ...rate });

  audit = (query: Query) => this.#api.get<AuditList>('audit', query);
}
