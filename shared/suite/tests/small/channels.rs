//! What every channel here must do: crossbeam's, the plain one, and the model
//! checker's.

/// The suite on a channel.
#[macro_export]
macro_rules! channels {
    ($name:ident: $channel:path) => {
        mod $name {
            use std::sync::Arc;

            use shared::sync::Mutex;
            use $channel as channel;
            use $crate::small::{beside, both_beside};

            $crate::listed! {
                fn each_sender_keeps_its_order() {
                    let (tx, rx) = channel::unbounded();
                    let send = |n| {
                        tx.send(n).expect("sent");
                        tx.send(n + 1).expect("sent");
                    };
                    let receive = || [(); 4].map(|()| rx.recv().expect("sent"));
                    let send = (|| send(10), || send(20));
                    let mut all = both_beside(send.0, send.1, receive);
                    // Stable: of each ten, the order stays.
                    all.sort_by_key(|n| n / 10);
                    assert_eq!(all, [10, 11, 20, 21]);
                }

                fn each_message_arrives_once() {
                    let (tx, rx) = channel::unbounded();
                    (1..=2).for_each(|n| tx.send(n).expect("sent"));
                    let take = || rx.recv().expect("there are two");
                    let mut one = 0;
                    let other = beside(|| one = take(), take);
                    assert_eq!(one + other, 3);
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
                    beside(send, || {
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
                        tx.clone().send(1).expect("sent");
                        tx.send(2).expect("sent");
                    };
                    beside(send, || {
                        assert!(rx.iter().eq([1, 2]), "it has hung up");
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
                    let send = move || other.send(1).expect("sent");
                    beside(send, move || drop(tx));
                    assert_eq!(rx.recv(), Ok(1));
                    assert!(rx.recv().is_err());
                }

                fn without_a_receiver_a_message_comes_back() {
                    let (tx, rx) = channel::unbounded();
                    let other = rx.clone();
                    let send = || tx.send(1).expect("there is another");
                    beside(send, || drop(rx));
                    assert_eq!(other.recv(), Ok(1));
                    drop(other);
                    assert_eq!(tx.send(2).map_err(|e| e.0), Err(2));
                }

                fn a_full_channel_lets_go_when_nobody_receives() {
                    let (tx, rx) = channel::bounded(1);
                    tx.send(1).expect("there is room for one");
                    let send = || tx.send(2).map_err(|e| e.0);
                    beside(|| assert_eq!(send(), Err(2)), || drop(rx));
                }

                fn what_is_left_inside_is_dropped_once() {
                    // Each message is one more owner of this. It is dropped at
                    // once if it comes back.
                    let owned = Arc::new(());
                    let (tx, rx) = channel::unbounded();
                    let send = || drop(tx.send(owned.clone()));
                    beside(|| (0..2).for_each(|_| send()), || {
                        drop(rx.recv());
                        drop(rx);
                    });
                    assert_eq!(Arc::strong_count(&owned), 1);
                }
            }
        }
    };
}
