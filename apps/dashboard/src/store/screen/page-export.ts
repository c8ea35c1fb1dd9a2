// What the page on screen can be saved as; it registers itself with the session, so that keys reach it.
export interface PageExport {
  /** A picture of all of it. */
  png(): void;
  svg(): void;
  /** Missing where there is no trace. */
  perfetto?(): void;
}
