//! Every design that can be run, by name.
//!
//! Next: [`held`], the mistake.

use std::sync::Arc;

use clap::ValueEnum;
use shared::{HttpClient, Log, NotStarted, Report, Settings, Url};

use crate::held;

/// A finished poller, an original of 2010, or the mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Design {
    /// The finished poller with locks.
    Mutex,
    /// The finished poller with channels.
    Channel,
    /// The post's first listing: it looks again at once.
    AsPostedMutex,
    /// The post's second listing, without a timetable.
    AsPostedChannel,
    /// The Codewalk, literally.
    Codewalk,
    /// The lock is held while the web answers.
    #[value(skip)]
    Held,
}

/// A design that is ready to run.
pub struct Ready<'a> {
    /// Tells it to stop, from any thread.
    pub stop: Arc<dyn Fn() + Send + Sync>,
    /// Runs it to its end.
    pub run: Box<dyn FnOnce() -> Result<Report, NotStarted> + Send + 'a>,
}

impl Design {
    /// Its name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Design::Mutex => "mutex",
            Design::Channel => "channel",
            Design::AsPostedMutex => "as-posted-mutex",
            Design::AsPostedChannel => "as-posted-channel",
            Design::Codewalk => "codewalk",
            Design::Held => "mistake",
        }
    }

    /// Sets it up, so that `run` only runs.
    pub fn ready<'a, H: HttpClient, L: Log>(
        self,
        settings: Settings,
        urls: Arc<[Url]>,
        http: &'a H,
        log: &'a L,
    ) -> Ready<'a> {
        // The programs are alike in what they offer, by convention and not by
        // a trait, which their readers would have to read first.
        macro_rules! ready {
            ($program:path) => {{
                use $program as design;
                let program = design::Program::new(settings, urls);
                let stopper = program.stopper();
                Ready {
                    stop: Arc::new(move || stopper.stop()),
                    run: Box::new(move || program.run(http, log)),
                }
            }};
        }
        match self {
            Design::Mutex => ready!(mutex_poller),
            Design::Channel => ready!(channel_poller),
            Design::AsPostedMutex => ready!(mutex_poller::as_posted),
            Design::AsPostedChannel => ready!(channel_poller::as_posted),
            Design::Codewalk => ready!(channel_poller::codewalk),
            Design::Held => ready!(held),
        }
    }
}
