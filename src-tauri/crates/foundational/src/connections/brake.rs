//! Setting what a connection does about a mass change.

use store::{AuditAct, Brake, BrakeMode, Thresholds};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::brake_views::{ConnectionBrake, SetBrake};
use crate::connections::find::find_connection;
use crate::context::{Room as _, audited};
use crate::error::Error;
use crate::limits::{MASS_LEAST, MASS_PEOPLE};
use crate::shapes::ById;
use crate::words::counted;

impl Connections {
    pub(crate) async fn brake(&self, _: Actor, args: ById) -> Result<ConnectionBrake, Error> {
        Ok(to_view(&find_connection(self.store(), &args.id).await?.brake))
    }

    pub(crate) async fn set_brake(&self, actor: Actor, args: SetBrake) -> Result<ConnectionBrake, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let brake = parse(&args.brake)?;
        if to_view(&connection.brake) == args.brake {
            return Ok(args.brake);
        }
        let entry = actor.audit(AuditAct::BrakeSet).on(&connection).with(describe(&brake));
        audited(self.store(), entry, async move |tx| {
            Ok(tx.set_brake(&connection.id, &brake, &actor.name()).await?)
        })
        .await?;
        Ok(args.brake)
    }
}

/// The brake as an audit entry names it.
fn describe(brake: &Brake) -> String {
    let Thresholds { least, people, percent_hour, percent_day } = brake.thresholds;
    let mode = match brake.mode {
        BrakeMode::Notify => "notify",
        BrakeMode::Hold => "hold",
    };
    let (people, least) = (counted(people, "user", "users"), counted(least, "user", "users"));
    format!(
        "{mode}, {people} or {percent_hour}% within an hour, {percent_day}% within a day, a share from {least} on"
    )
}

fn to_view(brake: &Brake) -> ConnectionBrake {
    let Thresholds { least, people, percent_hour, percent_day } = brake.thresholds;
    ConnectionBrake { mode: brake.mode, least, people, percent_hour, percent_day }
}

/// The brake, if its thresholds are within their limits and none of them makes another one useless.
fn parse(brake: &ConnectionBrake) -> Result<Brake, Error> {
    let ConnectionBrake { mode, least, people, percent_hour, percent_day } = *brake;
    let within = |field: &str, value: u64, most: u64, unit: &str| {
        if (1..=most).contains(&value) {
            Ok(())
        } else {
            Err(Error::invalid(field, format!("{value} was entered; enter 1 to {most}{unit}.")))
        }
    };
    within("least", least, MASS_LEAST as u64, "")?;
    within("people", people, MASS_PEOPLE as u64, "")?;
    within("percentHour", percent_hour, 100, " percent")?;
    within("percentDay", percent_day, 100, " percent")?;
    if people < least {
        let message = format!(
            "{people} is less than the {least} users from which a share counts; enter {least} or more."
        );
        return Err(Error::invalid("people", message));
    }
    if percent_day < percent_hour {
        let message = format!(
            "{percent_day}% within a day is less than {percent_hour}% within an hour; enter {percent_hour} or more."
        );
        return Err(Error::invalid("percentDay", message));
    }
    let thresholds = Thresholds { least, people, percent_hour, percent_day };
    Ok(Brake { mode, thresholds, counted_from: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_have_limits_and_none_makes_another_one_useless() {
        let good = to_view(&Brake::default());
        let field = |brake: ConnectionBrake| parse(&brake).err().and_then(|error| error.field);
        assert_eq!(field(good), None, "the defaults");
        let name = |name: &str| Some(name.to_owned());
        for (brake, expected) in [
            (ConnectionBrake { least: 0, ..good }, name("least")),
            (ConnectionBrake { least: 1_001, people: 2_000, ..good }, name("least")),
            (ConnectionBrake { people: 0, ..good }, name("people")),
            (ConnectionBrake { people: 100_001, ..good }, name("people")),
            (ConnectionBrake { people: 9, ..good }, name("people")),
            (ConnectionBrake { people: 10, ..good }, None),
            (ConnectionBrake { percent_hour: 0, ..good }, name("percentHour")),
            (ConnectionBrake { percent_day: 101, ..good }, name("percentDay")),
            (ConnectionBrake { percent_day: 19, ..good }, name("percentDay")),
            (ConnectionBrake { percent_hour: 100, percent_day: 100, ..good }, None),
            (ConnectionBrake { least: 1, people: 1, percent_hour: 1, percent_day: 1, ..good }, None),
        ] {
            assert_eq!(field(brake), expected, "{brake:?}");
        }
    }
}
