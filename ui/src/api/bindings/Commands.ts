import type * as T from "./index";

export interface Commands {
  "workspace.status": { args: T.Nothing; result: T.Status };
  "workspace.doctor": { args: T.Nothing; result: T.Finding[] };
  "account.createFirst": { args: T.CreateFirst; result: T.RecoveryKey };
  "session.signIn": { args: T.SignIn; result: T.Status };
  "session.recover": { args: T.Recover; result: T.RecoveryKey };
  "session.unlock": { args: T.Password; result: T.Status };
  "session.signOut": { args: T.Nothing; result: T.Status };
  "session.lock": { args: T.Nothing; result: T.Status };
  "session.confirm": { args: T.Password; result: T.Status };
  "server.listen": { args: T.Listen; result: T.ServerView };
  "server.publicUrl": { args: T.PublicUrl; result: T.ServerView };
  "connection.list": { args: T.Nothing; result: T.ConnectionView[] };
  "connection.show": { args: T.ById; result: T.ConnectionView };
  "connection.create": { args: T.ConnectionCreate; result: T.ConnectionView };
  "connection.rename": { args: T.ConnectionRename; result: T.ConnectionView };
  "connection.pause": { args: T.ById; result: T.ConnectionView };
  "connection.resume": { args: T.ById; result: T.ConnectionView };
  "connection.delete": { args: T.ConnectionDelete; result: T.Nothing };
  "connection.proof": { args: T.ById; result: T.ProofView[] };
  "wizard.save": { args: T.WizardSave; result: T.ConnectionView };
  "wizard.finish": { args: T.ById; result: T.ConnectionView };
  "guide.show": { args: T.ForProvider; result: T.Guide };
  "token.create": { args: T.TokenCreate; result: T.NewToken };
  "token.list": { args: T.ById; result: T.TokenView[] };
  "token.revoke": { args: T.ById; result: T.TokenView };
  "people.list": { args: T.ListQuery; result: T.PersonPage };
  "people.show": { args: T.ById; result: T.PersonView };
  "groups.list": { args: T.ListQuery; result: T.GroupPage };
  "groups.show": { args: T.ById; result: T.GroupView };
  "activity.list": { args: T.ActivityQuery; result: T.ActivityRow[] };
  "activity.show": { args: T.ById; result: T.ActivityView };
  "interop.report": { args: T.ById; result: T.InteropReport };
}
