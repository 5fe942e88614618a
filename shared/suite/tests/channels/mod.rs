//! What every channel here must do: crossbeam's, the plain one, and the model
//! checker's. Each is a small program that may be run once, or in every
//! interleaving.

/// Tests, each with its name.
#[macro_export]
macro_rules! named {
    ($($test:ident),+ $(,)?) => { [$((stringify!($test), $test)),+] };
}

/// The suite on a channel: functions with no arguments, and a list of them.
#[macro_export]
macro_rules! channels {
    ($channel:path) => {
        use std::sync::Arc;
        use std::sync::atomic::{AtomicUsize, Ordering};

        use shared::sync::Mutex;
        use $channel as channel;
        use $crate::threads::{both, both_beside};

        /// Counts how often it is dropped.
        #[derive(Debug)]
        struct Counted(Arc<AtomicUsize>);

        impl Drop for Counted {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }

        pub fn messages_arrive_in_order() {
            let (sender, receiver) = channel::unbounded();
            let send = || (1..=3).for_each(|n| sender.send(n).expect("sent"));
            both(send, || {
                let three: Vec<_> = (0..3).map(|_| receiver.recv()).collect();
                assert_eq!(three, [Ok(1), Ok(2), Ok(3)]);
            });
        }

        pub fn each_message_arrives_once() {
            let (sender, receiver) = channel::unbounded();
            (1..=2).for_each(|n| sender.send(n).expect("sent"));
            let all = Mutex::new(Vec::new());
            let take = || {
                let message = receiver.recv().expect("there are two");
                all.lock().push(message);
            };
            both(take, take);
            let mut all = all.into_inner();
            all.sort_unstable();
            assert_eq!(all, [1, 2]);
        }

        pub fn each_sender_keeps_its_order() {
            let (sender, receiver) = channel::unbounded();
            let send = |n| {
                sender.send(n).expect("sent");
                sender.send(n + 1).expect("sent");
            };
            both(|| send(10), || send(20));
            let four: Vec<_> =
                (0..4).map(|_| receiver.recv().expect("there")).collect();
            let tens = |ten: i32| {
                let those = four.iter().filter(move |n| *n / 10 == ten);
                those.map(|n| n % 10).collect::<Vec<_>>()
            };
            assert_eq!((tens(1), tens(2)), (vec![0, 1], vec![0, 1]));
        }

        pub fn no_more_inside_than_there_is_room() {
            let (sender, receiver) = channel::bounded(1);
            let sent = Mutex::new(0);
            let send = || {
                for n in 0..3 {
                    sender.send(n).expect("sent");
                    *sent.lock() += 1;
                }
            };
            both(send, || {
                for n in 0..3 {
                    assert!(*sent.lock() <= n + 1, "more than its capacity");
                    assert_eq!(receiver.recv(), Ok(n));
                }
            });
        }

        pub fn two_senders_share_one_slot() {
            let (sender, receiver) = channel::bounded(1);
            let send = || sender.send(1).expect("sent");
            both_beside(send, send, || {
                assert_eq!((receiver.recv(), receiver.recv()), (Ok(1), Ok(1)));
            });
        }

        pub fn what_was_sent_before_the_end_arrives() {
            let (sender, receiver) = channel::unbounded();
            let send = move || {
                sender.send(1).expect("sent");
                drop(sender);
            };
            both(send, || {
                assert_eq!(receiver.recv(), Ok(1));
                assert!(receiver.recv().is_err(), "it has hung up");
                assert!(receiver.recv().is_err(), "and stays so");
            });
        }

        pub fn every_receiver_hears_the_end() {
            let (sender, receiver) = channel::unbounded::<u8>();
            let hear = || assert!(receiver.recv().is_err());
            both_beside(hear, hear, || drop(sender));
        }

        pub fn only_the_last_sender_hangs_up() {
            let (sender, receiver) = channel::unbounded();
            let other = sender.clone();
            both(move || drop(sender), move || other.send(1).expect("sent"));
            assert_eq!(receiver.recv(), Ok(1));
            assert!(receiver.recv().is_err());
        }

        pub fn a_send_to_nobody_comes_back() {
            let (sender, receiver) = channel::unbounded();
            drop(receiver);
            assert_eq!(sender.send(1).map_err(|e| e.0), Err(1));
        }

        pub fn only_the_last_receiver_is_nobody() {
            let (sender, receiver) = channel::unbounded();
            let other = receiver.clone();
            both(
                move || drop(receiver),
                move || sender.send(1).expect("one is there"),
            );
            assert_eq!(other.recv(), Ok(1));
        }

        pub fn a_full_channel_lets_go_when_nobody_receives() {
            let (sender, receiver) = channel::bounded(1);
            sender.send(1).expect("there is room for one");
            both(
                || assert_eq!(sender.send(2).map_err(|e| e.0), Err(2)),
                move || drop(receiver),
            );
        }

        pub fn iteration_ends_with_the_last_sender() {
            let (sender, receiver) = channel::bounded(2);
            let send = move || {
                sender.clone().send(1).expect("sent");
                sender.send(2).expect("sent");
            };
            both(send, || {
                assert_eq!(receiver.iter().collect::<Vec<_>>(), [1, 2]);
            });
        }

        pub fn what_is_left_inside_is_dropped_once() {
            let dropped = Arc::new(AtomicUsize::new(0));
            let (sender, receiver) = channel::unbounded();
            let count = &dropped;
            let send = || {
                for _ in 0..2 {
                    // It is dropped here if it comes back.
                    drop(sender.send(Counted(count.clone())));
                }
            };
            both(send, move || {
                drop(receiver.recv());
                drop(receiver);
            });
            drop(sender);
            assert_eq!(dropped.load(Ordering::Relaxed), 2);
        }

        pub const ALL: &[(&str, fn())] = &$crate::named![
            messages_arrive_in_order,
            each_message_arrives_once,
            each_sender_keeps_its_order,
            no_more_inside_than_there_is_room,
            two_senders_share_one_slot,
            what_was_sent_before_the_end_arrives,
            every_receiver_hears_the_end,
            only_the_last_sender_hangs_up,
            a_send_to_nobody_comes_back,
            only_the_last_receiver_is_nobody,
            a_full_channel_lets_go_when_nobody_receives,
            iteration_ends_with_the_last_sender,
            what_is_left_inside_is_dropped_once,
        ];
    };
}
