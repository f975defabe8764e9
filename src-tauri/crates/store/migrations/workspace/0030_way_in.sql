-- How the identity provider of a connection reaches this computer: proxy, ownTls, network, thisComputer (`idp::WayIn`).
ALTER TABLE connection ADD COLUMN way_in TEXT NOT NULL DEFAULT 'proxy';
