// Export of the current page. The page registers it with the session, so that keys reach it.
export interface PageExport {
  /** Exports a picture of the whole page. */
  png(): void;
  svg(): void;
  /** Missing if there is no trace. */
  perfetto?(): void;
}
