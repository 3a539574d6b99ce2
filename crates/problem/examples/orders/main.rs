//! A sample API: every status code that an API answers, each by its constructor.
//!
//! `cargo run -p statusquo-problem --features axum --example orders`, and then for example
//! `statusquo check --deep http://127.0.0.1:8080/orders/17`.

mod app;

use std::net::SocketAddr;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let address: SocketAddr = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/orders", listener.local_addr()?);
    axum::serve(listener, app::app(statusquo_problem::Form::Problem)).await
}
