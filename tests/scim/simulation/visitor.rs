//! A person who signs in. When their access ends, their session does, and they sign in no more.

use serde_json::{Value, json};

use super::model::{Checked, Model};
use super::world::World;

/// The person of a seed who signs in; no one at first.
pub struct Visitor {
    window: String,
    guest: Option<Guest>,
}

struct Guest {
    id: String,
    name: String,
    passcode: Value,
    /// Their access has ended since they signed in.
    has_left: bool,
}

impl Visitor {
    pub fn of(seed: u64) -> Self {
        Self { window: format!("visitor {seed}"), guest: None }
    }

    /// Sessions end with the process.
    pub fn forget(&mut self) {
        self.guest = None;
    }

    /// Signs in as soon as there is a person who may, and looks from then on whether that is still so.
    ///
    /// # Errors
    /// A person without access has a session, or signs in.
    pub async fn look(&mut self, world: &World, model: &Model) -> Checked {
        let Some(guest) = &mut self.guest else { return self.sign_in(world, model).await };
        let has_access = model.people.iter().any(|one| one.id == guest.id && one.active && !one.is_deleted);
        if !has_access && !guest.has_left {
            guest.has_left = true;
            let other = format!("other {}", self.window);
            if world.sign_in(&other, &guest.name, &guest.passcode).await {
                return Err(format!("{} signs in without access", guest.name));
            }
        }
        if guest.has_left && world.has_session(&self.window).await {
            return Err(format!("{} has a session after access ended", guest.name));
        }
        Ok(())
    }

    async fn sign_in(&mut self, world: &World, model: &Model) -> Checked {
        let Some(person) = model.people.iter().find(|one| one.active && !one.is_deleted) else {
            return Ok(());
        };
        let (id, name) = (person.id.clone(), person.name.clone());
        let given = world.command("people.allowSignIn", json!({ "id": id })).await;
        let passcode = given["passcode"].clone();
        if !world.sign_in(&self.window, &name, &passcode).await || !world.has_session(&self.window).await {
            return Err(format!("{name} has access and cannot sign in"));
        }
        self.guest = Some(Guest { id, name, passcode, has_left: false });
        Ok(())
    }
}
