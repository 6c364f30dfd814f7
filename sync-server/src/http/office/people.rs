//! Staff and tills.

use uuid::Uuid;

use crate::office::wire::{
    EnrolCode, EnrolTill, GiveLogin, LoginGiven, Press, SaveStaff, SetPin, StaffList, StaffView,
    TillFilter, TillList, TillView,
};

read! {
    /// Who works here.
    fn staff("/office/api/staff") -> StaffList { staff() }
}

change! {
    /// Takes somebody on.
    fn take_on("/office/api/staff")(sent: SaveStaff) -> StaffView { save_staff(None, sent) }
}

change! {
    /// Changes what is known of somebody.
    fn change("/office/api/staff/{staff}", "staff" staff: Uuid)(sent: SaveStaff) -> StaffView {
        save_staff(Some(staff), sent)
    }
}

change! {
    /// Gives a PIN, or takes it away.
    fn pin("/office/api/staff/{staff}/pin", "staff" staff: Uuid)(sent: SetPin) -> StaffView {
        set_pin(staff, sent)
    }
}

change! {
    /// Lets somebody log in; the code is shown once.
    fn give_login("/office/api/staff/{staff}/login", "staff" staff: Uuid)
    (sent: GiveLogin) -> LoginGiven {
        give_login(staff, sent)
    }
}

change! {
    /// Takes a login away.
    fn remove_login("/office/api/staff/{staff}/login/remove", "staff" staff: Uuid)
    (sent: Press) -> StaffView {
        remove_login(staff, sent)
    }
}

read! {
    /// The tills, by code.
    fn tills("/office/api/tills")[filter: TillFilter] -> TillList { tills(filter) }
}

file! {
    /// The same as a file.
    fn tills_file()[filter: TillFilter] { tills_table(filter) }
}

change! {
    /// A code that makes a device a till; shown once.
    fn enrol("/office/api/tills/enrol")(sent: EnrolTill) -> EnrolCode { enrol_code(sent) }
}

change! {
    /// Takes a till's rights away.
    fn revoke("/office/api/tills/{till}/revoke", "till" till: Uuid)(sent: Press) -> TillView {
        revoke_till(till, sent)
    }
}
