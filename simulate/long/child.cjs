'use strict';
// As `explore/child.cjs`: what is given on the command line would be inherited.
require('tsx/cjs');
require('./child.ts');
