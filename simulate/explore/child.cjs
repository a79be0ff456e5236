'use strict';
// Registered here and not on the command line, which the threads that run the workflows would inherit: each would load the
// TypeScript loader before its first workflow task, and recovery would be measured slower than it is.
require('tsx/cjs');
require('./child.ts');
