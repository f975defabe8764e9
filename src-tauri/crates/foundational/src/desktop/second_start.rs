//! A second start on a data folder that an app uses already: it asks that app, over its bridge, to show its window, and
//! ends. A session bus is not needed for it.

use std::path::Path;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};

use crate::bridge::ticket::Ticket;
use crate::desktop::Desktop;
use crate::desktop::window_request::{SecondStart, WindowRequest};
use crate::error::{Code, Error};

/// The outcome of asking the running app.
#[derive(Debug)]
pub enum Reply {
    /// It has done what the second start wants.
    Done,
    /// No process uses the folder (any more).
    Free,
    /// A process uses it, and this is why it can't show its window.
    Refused(Error),
}

const BETWEEN: Duration = Duration::from_millis(100);
/// An app that has not answered by then does not run.
const ANSWER: Duration = Duration::from_secs(5);

/// Asks the app that uses this data folder. One that is still starting is given `patience`.
pub async fn ask_running(data: &Path, start: &SecondStart, patience: Duration) -> Reply {
    let end = Instant::now() + patience;
    loop {
        if !store::is_held(data) {
            return Reply::Free;
        }
        let why = match Ticket::read(data) {
            None => Error::new(Code::Unavailable, "It has not finished starting, or is a command at work.")
                .hinting("Try again in a moment."),
            Some(ticket) => match timeout(ANSWER, ticket.post("/bridge/show", start)).await {
                Ok(Ok(Ok(_))) => return Reply::Done,
                Ok(Ok(Err(refused))) => return Reply::Refused(refused),
                Ok(Err(silent)) => ticket.silent(&silent),
                Err(elapsed) => ticket.silent(&elapsed),
            },
        };
        if Instant::now() >= end {
            return Reply::Refused(why);
        }
        sleep(BETWEEN).await;
    }
}

impl Desktop {
    /// The requests of second starts from now on. A host with a window takes them; without one they are refused.
    pub fn second_starts(&self) -> mpsc::Receiver<WindowRequest> {
        let (requests, taken) = mpsc::channel(8);
        *self.window.lock().unwrap_or_else(PoisonError::into_inner) = Some(requests);
        taken
    }

    /// Passes a request to the host and waits for its outcome.
    pub(crate) async fn show_window(&self, start: SecondStart) -> Result<(), Error> {
        let window = self.window.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(window) = window else {
            return Err(Error::new(Code::Unavailable, "It serves without a window.").hinting(
                "Use `foundational` on the command line, end that one, or choose another folder with --data.",
            ));
        };
        let closing = || Error::new(Code::Unavailable, "It is closing.").hinting("Try again in a moment.");
        let (answer, answered) = oneshot::channel();
        window.send(WindowRequest { start, answer }).await.map_err(|_closed| closing())?;
        answered.await.map_err(|_closed| closing())?.map_err(|why| {
            Error::new(Code::Unavailable, format!("Its window can't be shown: {why}."))
                .hinting("End that one, and start Foundational again.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Foundational;
    use crate::app::options::Options;

    async fn ask(data: &Path) -> Reply {
        let link = Some("foundational://users".to_owned());
        ask_running(data, &SecondStart { hidden: false, link }, Duration::ZERO).await
    }

    async fn open(data: &Path) -> Foundational {
        let listen = Some("127.0.0.1:0".parse().unwrap());
        let options = Options { data: data.to_owned(), listen, public_url: None, insist: true };
        Foundational::open(options).await.unwrap()
    }

    fn why(reply: Reply) -> String {
        match reply {
            Reply::Refused(error) => error.message,
            other => panic!("it is refused, not {other:?}"),
        }
    }

    #[tokio::test]
    async fn a_folder_that_no_process_uses_is_free_whatever_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(ask(folder.path()).await, Reply::Free), "nothing is there");
        let app = open(folder.path()).await;
        app.serve().await.unwrap();
        let ticket = std::fs::read(folder.path().join("bridge.json")).unwrap();
        app.close().await;
        std::fs::write(folder.path().join("bridge.json"), ticket).unwrap();
        assert!(
            matches!(ask(folder.path()).await, Reply::Free),
            "a crash left the ticket of a run that is over"
        );
    }

    #[tokio::test]
    async fn the_host_with_the_window_receives_the_request_and_its_answer_arrives() {
        let folder = tempfile::tempdir().unwrap();
        let app = open(folder.path()).await;
        let message = why(ask(folder.path()).await);
        assert!(message.starts_with("It has not finished starting"), "no bridge yet: {message}");
        app.serve().await.unwrap();
        assert_eq!(why(ask(folder.path()).await), "It serves without a window.");

        let mut requests = app.desktop().second_starts();
        tokio::spawn(async move {
            let first = requests.recv().await.unwrap();
            assert!(!first.start.hidden, "a window is wanted");
            assert_eq!(first.start.link.as_deref(), Some("foundational://users"), "at a place");
            first.answer.send(Ok(())).unwrap();
            requests.recv().await.unwrap().answer.send(Err("no display".to_owned())).unwrap();
        });
        assert!(matches!(ask(folder.path()).await, Reply::Done), "it was shown");
        assert_eq!(why(ask(folder.path()).await), "Its window can't be shown: no display.");
        assert_eq!(why(ask(folder.path()).await), "It is closing.", "a host that takes no more requests");
        app.close().await;
    }

    #[tokio::test]
    async fn a_process_that_does_not_answer_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let app = open(folder.path()).await;
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let ticket = Ticket { url: format!("http://{closed}"), secret: "x".to_owned(), pid: 7 };
        std::fs::write(folder.path().join("bridge.json"), serde_json::to_string(&ticket).unwrap()).unwrap();
        let message = why(ask(folder.path()).await);
        assert!(message.starts_with("The running instance (process 7) does not answer: "), "{message}");
        app.close().await;
    }
}
