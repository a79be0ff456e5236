/** A defect put into the bundled workflow code: the text that is there, and the text in its place. */
export interface Mutation {
  from: RegExp;
  to: string;
}

/** Defects of the flow: each breaks a promise that the auditor checks. */
export const IN_THE_WORKFLOW: Record<string, Mutation> = {
  'a request without an answer counts as refused': {
    from: /const mayHaveTakenEffect=error=>\{/,
    to: 'const mayHaveTakenEffect=error=>{return false;',
  },
  'a row is opened only when Layers has answered': {
    from: /this\.book\.rows\.push\(opened\);return opened/,
    to: 'return opened',
  },
  'jobs are not taken back at the end': {
    from: /Promise\.all\(\[effects\.undoRest\(\),/,
    to: 'Promise.all([',
  },
  'jobs are not taken back when another source is named': {
    from: /await effects\.drop\("content",/,
    to: 'await (async()=>{})("content",',
  },
  'posts are not taken back after a cancel': {
    from: /posts\.takeBackMade\(\),posts\.takeBack\(null,items\.asItem\)\]/,
    to: ']',
  },
  'what a run before a reset has made is not looked for': {
    from: /if\(!project\.isNew\|\|!effects\.trustsReplays\)\{/,
    to: 'if(false){',
  },
  'the project is not archived': {
    from: /if\(wanted\.plan\.onCancel==="archive"\)/,
    to: 'if(false)',
  },
  'the project is archived although it was to be kept': {
    from: /if\(wanted\.plan\.onCancel==="archive"\)/,
    to: 'if(true)',
  },
  'a write is given up as soon as the flow is cancelled': {
    from: /cancellationType:_temporalio_workflow__WEBPACK_IMPORTED_MODULE_0__\.ActivityCancellationType\.WAIT_CANCELLATION_COMPLETED\};this\.reads/,
    to: 'cancellationType:_temporalio_workflow__WEBPACK_IMPORTED_MODULE_0__.ActivityCancellationType.TRY_CANCEL};this.reads',
  },
  'replays are trusted on a project that was there before': {
    from: /distrustReplays\(\)\{this\.book\.trustsReplays=false\}/,
    to: 'distrustReplays(){}',
  },
  'the key of content does not know its round': {
    from: /\.\.\.revision===undefined\?\[\]:\[`r\$\{revision\}`\]/,
    to: '',
  },
  'a key is made of the run, so that a reset makes everything anew': {
    from: /this\.isContinued=isContinued;this\.workflowId=\(0,_temporalio_workflow__WEBPACK_IMPORTED_MODULE_0__\.workflowInfo\)\(\)\.workflowId/,
    to: 'this.isContinued=isContinued;this.workflowId=(0,_temporalio_workflow__WEBPACK_IMPORTED_MODULE_0__.workflowInfo)().runId',
  },
  'a refusal does not change the key': {
    from: /if\(isUsed&&looksAgain\)row\.keys=/,
    to: 'this.book.tries[path]-=1;if(isUsed&&looksAgain)row.keys=',
  },
  'the next run has forgotten the ledger': {
    from: /memory:this\.flow\.memory\.carried\(\)/,
    to: 'memory:{...this.flow.memory.carried(),ledger:undefined}',
  },
  'an end does not wait for what is being handled': {
    from: /finally\{await _temporalio_workflow__WEBPACK_IMPORTED_MODULE_0__\.CancellationScope\.nonCancellable\([^}]*allHandlersFinished\)\)\}/,
    to: 'finally{}',
  },
};
