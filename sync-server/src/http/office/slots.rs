//! Slots, places and pick lists.

use uuid::Uuid;

use crate::office::wire::{
    PageQuery, PickListView, PlaceList, SavePlace, SaveSlot, SlotFilter, SlotList, SlotView,
};

read! {
    /// Slots, the earliest first.
    fn slots("/office/api/slots")[filter: SlotFilter, page: PageQuery] -> SlotList {
        slots(filter, page)
    }
}

file! {
    /// The same as a file.
    fn slots_file()[filter: SlotFilter, page: PageQuery] { slots_table(filter, page) }
}

change! {
    /// Opens a slot.
    fn open("/office/api/slots")(sent: SaveSlot) -> SlotView { save_slot(None, sent) }
}

change! {
    /// Changes a slot.
    fn change("/office/api/slots/{slot}", "slot" slot: Uuid)(sent: SaveSlot) -> SlotView {
        save_slot(Some(slot), sent)
    }
}

read! {
    /// What is to be packed for a slot.
    fn pick_list("/office/api/slots/{slot}/pick-list", "slot" slot: Uuid) -> PickListView {
        pick_list(slot)
    }
}

read! {
    /// The places where orders are fetched.
    fn places("/office/api/places") -> PlaceList { places() }
}

change! {
    /// Opens a place.
    fn open_place("/office/api/places")(sent: SavePlace) -> PlaceList { save_place(None, sent) }
}

change! {
    /// Changes a place.
    fn change_place("/office/api/places/{place}", "place" place: Uuid)
    (sent: SavePlace) -> PlaceList {
        save_place(Some(place), sent)
    }
}

/// By what a pick list is sorted.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct PickBy {
    by: String,
}

file! {
    /// A pick list as a file.
    fn pick_list_file(slot: Uuid)[asked: PickBy] { pick_list_table(slot, asked.by == "order") }
}
