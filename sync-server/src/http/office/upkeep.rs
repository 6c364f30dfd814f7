//! Problems, messages, keys, settings and the audit.

use axum::Json;
use axum::extract::State;
use axum::response::Response;

use super::BODY_MAX;
use super::asking::{Author, Reader};
use super::failure::Answer;
use super::sent::{Asked, Called, Sent};
use super::tables::file;
use crate::http::ApiState;
use crate::office::wire::{
    AddTaxRate, AuditFilter, AuditList, DecideProblems, MakeShopKey, MessageFilter, MessageList,
    MessageTextList, OfficeError, PageQuery, PreviewText, ProblemFilter, ProblemList, ProblemView,
    ProblemsDecided, RevokeShopKey, SaveMessageText, SaveSettings, SettingsView, ShopKeyList,
    ShopKeyMade, TextFields,
};

/// Problems, the youngest first.
#[utoipa::path(get, path = "/office/api/problems", params(ProblemFilter, PageQuery), responses(
    (status = 200, description = "As of now", body = ProblemList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn problems(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<ProblemFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Json<ProblemList>> {
    Ok(Json(state.office.problems(&sitting, filter, page).await?))
}

/// The same as a file.
pub(super) async fn problems_file(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<ProblemFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Response> {
    let table = state.office.problems_table(&sitting, filter, page).await?;
    file(&table)
}

/// One problem with both facts.
#[utoipa::path(get, path = "/office/api/problems/{problem}", params(("problem" = String, Path)), responses(
    (status = 200, description = "As of now", body = ProblemView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
))]
pub(super) async fn problem(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Called(problem): Called<String>,
) -> Answer<Json<ProblemView>> {
    Ok(Json(state.office.problem(&sitting, &problem).await?))
}

/// Decides one problem, or a group alike.
#[utoipa::path(post, path = "/office/api/problems/decide", request_body = DecideProblems, responses(
    (status = 200, description = "Done, now or before", body = ProblemsDecided),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn decide(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<DecideProblems, BODY_MAX>,
) -> Answer<Json<ProblemsDecided>> {
    Ok(Json(state.office.decide_problems(&sitting, request).await?))
}

/// Messages, the youngest first.
#[utoipa::path(get, path = "/office/api/messages", params(MessageFilter, PageQuery), responses(
    (status = 200, description = "As of now", body = MessageList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn messages(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<MessageFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Json<MessageList>> {
    Ok(Json(state.office.messages(&sitting, filter, page).await?))
}

/// The same as a file.
pub(super) async fn messages_file(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<MessageFilter>,
    Asked(page): Asked<PageQuery>,
) -> Answer<Response> {
    let table = state.office.messages_table(&sitting, filter, page).await?;
    file(&table)
}

/// The texts of messages.
#[utoipa::path(get, path = "/office/api/message-texts", responses(
    (status = 200, description = "As of now", body = MessageTextList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn texts(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
) -> Answer<Json<MessageTextList>> {
    Ok(Json(state.office.message_texts(&sitting).await?))
}

/// Changes a text, or goes back to the usual one.
#[utoipa::path(post, path = "/office/api/message-texts", request_body = SaveMessageText, responses(
    (status = 200, description = "Done, now or before", body = MessageTextList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn save_text(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<SaveMessageText, BODY_MAX>,
) -> Answer<Json<MessageTextList>> {
    Ok(Json(
        state.office.save_message_text(&sitting, request).await?,
    ))
}

/// A text filled in with a made-up order.
#[utoipa::path(post, path = "/office/api/message-texts/preview", request_body = PreviewText, responses(
    (status = 200, description = "Done, now or before", body = TextFields),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn preview(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<PreviewText, BODY_MAX>,
) -> Answer<Json<TextFields>> {
    Ok(Json(state.office.preview_text(&sitting, request).await?))
}

/// The keys of connected stores.
#[utoipa::path(get, path = "/office/api/shop-keys", responses(
    (status = 200, description = "As of now", body = ShopKeyList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn keys(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
) -> Answer<Json<ShopKeyList>> {
    Ok(Json(state.office.shop_keys(&sitting).await?))
}

/// Makes a key; its secret is shown once.
#[utoipa::path(post, path = "/office/api/shop-keys", request_body = MakeShopKey, responses(
    (status = 200, description = "Done, now or before", body = ShopKeyMade),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn make_key(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<MakeShopKey, BODY_MAX>,
) -> Answer<Json<ShopKeyMade>> {
    Ok(Json(state.office.make_shop_key(&sitting, request).await?))
}

/// Takes a key away.
#[utoipa::path(post, path = "/office/api/shop-keys/revoke", request_body = RevokeShopKey, responses(
    (status = 200, description = "Done, now or before", body = ShopKeyList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn revoke_key(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<RevokeShopKey, BODY_MAX>,
) -> Answer<Json<ShopKeyList>> {
    Ok(Json(state.office.revoke_shop_key(&sitting, request).await?))
}

/// The settings of the hub.
#[utoipa::path(get, path = "/office/api/settings", responses(
    (status = 200, description = "As of now", body = SettingsView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn settings(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
) -> Answer<Json<SettingsView>> {
    Ok(Json(state.office.settings(&sitting).await?))
}

/// Changes the settings.
#[utoipa::path(post, path = "/office/api/settings", request_body = SaveSettings, responses(
    (status = 200, description = "Done, now or before", body = SettingsView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn save_settings(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<SaveSettings, BODY_MAX>,
) -> Answer<Json<SettingsView>> {
    Ok(Json(state.office.save_settings(&sitting, request).await?))
}

/// A new tax rate from a day to come on.
#[utoipa::path(post, path = "/office/api/settings/tax-rates", request_body = AddTaxRate, responses(
    (status = 200, description = "Done, now or before", body = SettingsView),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
    (status = 404, description = "There is no such thing here", body = OfficeError),
    (status = 409, description = "Changed meanwhile", body = OfficeError),
    (status = 422, description = "Cannot be so", body = OfficeError),
))]
pub(super) async fn add_tax_rate(
    State(state): State<ApiState>,
    Author(sitting): Author,
    Sent(request): Sent<AddTaxRate, BODY_MAX>,
) -> Answer<Json<SettingsView>> {
    Ok(Json(state.office.add_tax_rate(&sitting, request).await?))
}

/// Everything that happened, the youngest first.
#[utoipa::path(get, path = "/office/api/audit", params(AuditFilter), responses(
    (status = 200, description = "As of now", body = AuditList),
    (status = 401, description = "Nobody is logged in", body = OfficeError),
    (status = 403, description = "The role does not allow it, or another site asks", body = OfficeError),
))]
pub(super) async fn audit(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<AuditFilter>,
) -> Answer<Json<AuditList>> {
    Ok(Json(state.office.audit(&sitting, filter).await?))
}

/// The same as a file.
pub(super) async fn audit_file(
    State(state): State<ApiState>,
    Reader(sitting): Reader,
    Asked(filter): Asked<AuditFilter>,
) -> Answer<Response> {
    let table = state.office.audit_table(&sitting, filter).await?;
    file(&table)
}
