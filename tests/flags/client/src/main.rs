//! OpenFeature's provider of OFREP for Rust, unmodified, against the agent at the address in the argument. Prints what it returns.

use open_feature::provider::{FeatureProvider, ResolutionDetails};
use open_feature::{EvaluationContext, EvaluationError};
use open_feature_ofrep::{OfrepOptions, OfrepProvider};
use serde_json::{Value, json};

fn show<T: Into<Value>>(result: Result<ResolutionDetails<T>, EvaluationError>) -> Value {
    match result {
        Ok(details) => json!({
            "value": details.value.into(),
            "variant": details.variant,
            "reason": details.reason.map(|reason| format!("{reason:?}")),
        }),
        Err(error) => json!({ "error": format!("{:?}", error.code) }),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let base_url = std::env::args().nth(1).expect("the address of the agent");
    let provider = OfrepProvider::new(OfrepOptions { base_url, ..OfrepOptions::default() }).await.expect("a provider");
    let pro = EvaluationContext::default()
        .with_targeting_key("u1")
        .with_custom_field("plan", "pro")
        .with_custom_field("email", "a@example.org");
    let results = json!({
        "pro": show(provider.resolve_bool_value("lobby", &pro).await),
        "text": show(provider.resolve_string_value("title", &pro).await),
        "number": show(provider.resolve_int_value("limit", &pro).await),
        "absent": show(provider.resolve_bool_value("nowhere", &pro).await),
        "wrongType": show(provider.resolve_string_value("lobby", &pro).await),
    });
    println!("{results}");
}
