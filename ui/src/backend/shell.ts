import type { Ask, AtLogin, Desktop, Offer } from "../api/bindings/index";

/** What only the desktop app has: a window of its own, a tray, a menu bar, an entry among what starts at sign-in. */
export interface Shell {
  /** The state outside the page. */
  desktop(): Promise<Desktop>;
  /** Receives what the tray, the menu, the close button and other launches want. Resolves once it listens. */
  onAsk(listener: (ask: Ask) => void): Promise<() => void>;
  /** Tells that what was asked so far has arrived; otherwise the shell helps itself. */
  heard(): Promise<void>;
  offer(offer: Offer): Promise<void>;
  closeWindow(): Promise<void>;
  putAway(): Promise<void>;
  show(): Promise<void>;
  quit(): Promise<void>;
  zoom(level: number): Promise<void>;
  setAtLogin(wanted: AtLogin): Promise<AtLogin | null>;
  openLogs(): Promise<void>;
  /** Opens a page of an identity provider's console that a guide names, or the support contact, outside of the app. */
  openPage(address: string): Promise<void>;
  /** Whether the system reports that the app keeps this computer awake; nothing where it cannot be asked. */
  isAwake(): Promise<boolean | null>;
  keepAwake(on: boolean): Promise<void>;
  /** Whether the desktop shows notifications. */
  notificationsWork(): Promise<boolean>;
  /** Shows one. */
  tryNotification(): Promise<void>;
  /** Asks in the system's own dialog. `null`: nothing was chosen. */
  chooseBackup(title: string): Promise<string | null>;
  chooseBackupFolder(title: string): Promise<string | null>;
  chooseMove(title: string): Promise<string | null>;
  /** Opens the workspace again after it could not be opened. */
  tryAgain(): Promise<void>;
}
