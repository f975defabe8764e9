//! The endpoint under which a resource is shown to an Admin: that of its connection, as its client sees it.

use server::Address;

use crate::connections::find::ConnectionsById;

/// What stands for the connection's id where there is none.
const LOCAL: &str = "local";

/// The endpoint of a connection that may be gone, or of what no connection manages.
pub(crate) fn endpoint_in(
    address: &Address,
    connections: &ConnectionsById,
    connection_id: Option<&str>,
) -> String {
    let connection = connection_id.and_then(|id| connections.get(id));
    address.endpoint(
        connection_id.unwrap_or(LOCAL),
        connection.map(|connection| connection.way_in).unwrap_or_default(),
    )
}
