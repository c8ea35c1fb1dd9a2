import packageJson from '../package.json' with { type: 'json' };

/** Version of the project: every workspace has the same. */
export const VERSION: string = packageJson.version;
