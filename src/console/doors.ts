// Where the console answers.
export const doors = [
  '/',
  '/console',
  '/console/*',
  '/setup/*',
  '/join/*',
  '/reset/*',
  '/signin',
  '/signin/*',
  '/signout',
]

/** Where the pages begin that are no partner's. */
export const installation = '/console/installation'
