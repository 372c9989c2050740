export { Bundle } from './bundle.ts';
export { verifyChain, verifyRoot } from './root.ts';
export { type Verdict, verifyProof } from './verify.ts';
