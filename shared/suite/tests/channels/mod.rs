//! What every channel here must do: crossbeam's, the plain one, and the model
//! checker's. Each is a small program that may be run once, or in every
//! interleaving.

/// Functions with no arguments, and a list of them, each with its name.
#[macro_export]
macro_rules! listed {
    ($(fn $name:ident() $body:block)+) => {
        $(fn $name() $body)+
        pub const ALL: &[(&str, fn())] = &[$((stringify!($name), $name)),+];
    };
}

/// The suite on a channel.
#[macro_export]
macro_rules! channels {
    ($channel:path) => {
        use std::sync::Arc;

        use shared::sync::Mutex;
        use $channel as channel;
        use $crate::threads::{both, both_beside};

        $crate::listed! {
            fn messages_arrive_in_order() {
                let (tx, rx) = channel::unbounded();
                both(
                    || (1..=3).for_each(|n| tx.send(n).expect("sent")),
                    || (1..=3).for_each(|n| assert_eq!(rx.recv(), Ok(n))),
                );
            }

            fn each_message_arrives_once() {
                let (tx, rx) = channel::unbounded();
                (1..=2).for_each(|n| tx.send(n).expect("sent"));
                let all = Mutex::new(Vec::new());
                let take = || {
                    let message = rx.recv().expect("there are two");
                    all.lock().push(message);
                };
                both(take, take);
                let mut all = all.into_inner();
                all.sort_unstable();
                assert_eq!(all, [1, 2]);
            }

            fn each_sender_keeps_its_order() {
                let (tx, rx) = channel::unbounded();
                let send = |n| {
                    tx.send(n).expect("sent");
                    tx.send(n + 1).expect("sent");
                };
                both(|| send(10), || send(20));
                let all = (0..4).map(|_| rx.recv().expect("there"));
                let mut all = Vec::from_iter(all);
                // Stable: of each ten, the order stays.
                all.sort_by_key(|n| n / 10);
                assert_eq!(all, [10, 11, 20, 21]);
            }

            fn no_more_inside_than_there_is_room() {
                let (tx, rx) = channel::bounded(1);
                let sent = Mutex::new(0);
                let send = || {
                    for n in 0..3 {
                        tx.send(n).expect("sent");
                        *sent.lock() += 1;
                    }
                };
                both(send, || {
                    for n in 0..3 {
                        assert!(*sent.lock() <= n + 1, "no more room");
                        assert_eq!(rx.recv(), Ok(n));
                    }
                });
            }

            fn two_senders_share_one_slot() {
                let (tx, rx) = channel::bounded(1);
                let send = || tx.send(1).expect("sent");
                both_beside(send, send, || {
                    assert_eq!((rx.recv(), rx.recv()), (Ok(1), Ok(1)));
                });
            }

            fn what_was_sent_before_the_end_arrives() {
                let (tx, rx) = channel::unbounded();
                let send = move || {
                    tx.send(1).expect("sent");
                    drop(tx);
                };
                both(send, || {
                    assert_eq!(rx.recv(), Ok(1));
                    assert!(rx.recv().is_err(), "it has hung up");
                    assert!(rx.recv().is_err(), "and stays so");
                });
            }

            fn every_receiver_hears_the_end() {
                let (tx, rx) = channel::unbounded::<u8>();
                let hear = || assert!(rx.recv().is_err());
                both_beside(hear, hear, || drop(tx));
            }

            fn only_the_last_sender_hangs_up() {
                let (tx, rx) = channel::unbounded();
                let other = tx.clone();
                both(move || drop(tx), move || other.send(1).expect("sent"));
                assert_eq!(rx.recv(), Ok(1));
                assert!(rx.recv().is_err());
            }

            fn a_send_to_nobody_comes_back() {
                let (tx, rx) = channel::unbounded();
                drop(rx);
                assert_eq!(tx.send(1).map_err(|e| e.0), Err(1));
            }

            fn only_the_last_receiver_is_nobody() {
                let (tx, rx) = channel::unbounded();
                let other = rx.clone();
                both(move || drop(rx), move || tx.send(1).expect("heard"));
                assert_eq!(other.recv(), Ok(1));
            }

            fn a_full_channel_lets_go_when_nobody_receives() {
                let (tx, rx) = channel::bounded(1);
                tx.send(1).expect("there is room for one");
                both(
                    || assert_eq!(tx.send(2).map_err(|e| e.0), Err(2)),
                    move || drop(rx),
                );
            }

            fn iteration_ends_with_the_last_sender() {
                let (tx, rx) = channel::bounded(2);
                let send = move || {
                    tx.clone().send(1).expect("sent");
                    tx.send(2).expect("sent");
                };
                both(send, || assert!(rx.iter().eq([1, 2])));
            }

            fn what_is_left_inside_is_dropped_once() {
                // Each message is one more owner of this.
                let owned = Arc::new(());
                let (tx, rx) = channel::unbounded();
                let send = || {
                    for _ in 0..2 {
                        // It is dropped here if it comes back.
                        drop(tx.send(owned.clone()));
                    }
                };
                both(send, move || {
                    drop(rx.recv());
                    drop(rx);
                });
                drop(tx);
                assert_eq!(Arc::strong_count(&owned), 1);
            }
        }
    };
}
