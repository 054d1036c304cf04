//! A peer: Rust's standard library alone, a thread for each client. All whole
//! lines of a chunk are one write to each other client, which waits for it.

use std::env;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

type Clients = Arc<Mutex<Vec<(usize, TcpStream)>>>;

fn serve(id: usize, mut stream: TcpStream, clients: &Clients) {
    let mut chunk = vec![0; 64 * 1024];
    let mut said = Vec::new();
    while let Ok(length @ 1..) = stream.read(&mut chunk) {
        let begun = said.len();
        said.extend_from_slice(&chunk[..length]);
        let Some(last) = said[begun..].iter().rposition(|&byte| byte == b'\n') else {
            continue;
        };
        let rest = said.split_off(begun + last + 1);
        for (other, client) in clients.lock().unwrap().iter_mut() {
            if *other != id {
                let _ = client.write_all(&said);
            }
        }
        said = rest;
    }
    clients.lock().unwrap().retain(|(other, _)| *other != id);
}

fn main() {
    let port = env::var("PORT").unwrap_or_else(|_| "8888".into());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).expect("Cannot listen");
    let clients = Clients::default();
    for (id, stream) in listener.incoming().flatten().enumerate() {
        let _ = stream.set_nodelay(true);
        let Ok(out) = stream.try_clone() else { continue };
        clients.lock().unwrap().push((id, out));
        let clients = clients.clone();
        // Thousands of threads: a small stack for each.
        let small = thread::Builder::new().stack_size(128 * 1024);
        let _ = small.spawn(move || serve(id, stream, &clients));
    }
}
