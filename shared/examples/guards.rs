//! How long a guard lives: `cargo run -p shared --example guards`. The page
//! is `docs/04-a-lock.md`.

use parking_lot::Mutex;

fn main() {
    let list = &Mutex::new(vec![1]);
    println!("in the arms of a match:       {}", in_a_match(list));
    println!("after a let, in the match:    {}", after_a_let(list));
    println!("in the block of an if:        {}", in_an_if(list));
    println!("in the block of an if let:    {}", in_an_if_let(list));
    println!("in the else of an if let:     {}", in_an_else(list));
    println!("in the block of a while let:  {}", in_a_while_let());
    println!("after `let _ =`:              {}", after_let_underscore(list));
    println!("after `let _guard =`:         {}", after_let_guard(list));
    println!("after a tuple is taken apart: {}", after_a_tuple(list));
}

/// Whether a `lock()` would return now, or wait for this very thread.
fn state(list: &Mutex<Vec<u32>>) -> &'static str {
    if list.is_locked() { "held" } else { "free" }
}

fn in_a_match(list: &Mutex<Vec<u32>>) -> &'static str {
    match list.lock().len() {
        0 => "empty",
        _ => state(list),
    }
}

fn after_a_let(list: &Mutex<Vec<u32>>) -> &'static str {
    let len = list.lock().len();
    match len {
        0 => "empty",
        _ => state(list),
    }
}

fn in_an_if(list: &Mutex<Vec<u32>>) -> &'static str {
    if list.lock().len() == 1 { state(list) } else { "empty" }
}

fn in_an_if_let(list: &Mutex<Vec<u32>>) -> &'static str {
    if let Some(1) = list.lock().first() { state(list) } else { "empty" }
}

fn in_an_else(list: &Mutex<Vec<u32>>) -> &'static str {
    if let Some(2) = list.lock().first() { "it is 2" } else { state(list) }
}

fn in_a_while_let() -> &'static str {
    let list = &Mutex::new(vec![1, 2]);
    let mut seen = "empty";
    while let Some(_number) = list.lock().pop() {
        seen = state(list);
    }
    seen
}

#[expect(clippy::let_underscore_lock, reason = "it is what this is about")]
fn after_let_underscore(list: &Mutex<Vec<u32>>) -> &'static str {
    let _ = list.lock();
    state(list)
}

fn after_let_guard(list: &Mutex<Vec<u32>>) -> &'static str {
    let _guard = list.lock();
    state(list)
}

fn after_a_tuple(list: &Mutex<Vec<u32>>) -> &'static str {
    let pair = (list.lock(), "one");
    let (_, _word) = pair;
    state(list)
}
