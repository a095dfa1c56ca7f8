// Texts of the first-run guide, in English.
import type { Texts } from '../zh'

const s = (count: number) => (count === 1 ? '' : 's')

export const guide: Texts['guide'] = {
  title: 'Getting started',
  lead: 'From an empty installation to the first protected read, in about ten minutes',
  putAway: 'No longer my first page',
  bringBack: 'Make it my first page',
  progress: (done, all) => `${done} of ${all} done`,
  steps: 'Steps',
  complete: 'All done: ready for work',
  refresh: 'Look again',
  who: 'Done by',
  done: 'Done',
  open: 'To be done',
  next: 'Next',
  go: 'Do it',
  look: 'Look',
  notYours: 'Done by others',
  evidenceNote:
    'Each step ticks itself from evidence: versions in force, counts of accounts, ledger entries. Nobody can tick one by hand. Entries are looked for among the newest 20,000.',
  evidence: {
    version: (version) => `Version ${version} is in force`,
    silos: (system, security, audit) => `Ready: system ${system}, security ${security}, audit ${audit}`,
    people: (officers, business) => `Ready: officers ${officers}, business ${business}`,
    imports: (imports, rows) => `${imports} import${s(imports)}, ${rows.toLocaleString('en')} row${s(rows)}`,
    none: 'Not yet',
  },
  step: {
    declared: {
      title: 'A register in force',
      what: 'It says what is held, why, who may see it and for how long. Everything else follows from it.',
      who: 'The operator chooses a profile; the security administrator changes it',
      command: 'shouxin init',
    },
    policies: {
      title: 'Policies in force',
      what: 'Which role sees which field in which form, for which purpose. Read the test cases: are they what your work needs?',
      who: 'The security administrator; somebody else approves what loosens',
      command: '',
    },
    silos: {
      title: 'Three administrators, each with a second factor',
      what: 'System, security and audit are different people: none of them alone can loosen a rule or remove a trace.',
      who: 'The system administrator opens accounts; each person activates their own',
      command: '',
    },
    people: {
      title: 'An officer and the people who work with customers',
      what: 'At least one protection officer and one business account, with roles and second factors.',
      who: 'The system administrator opens accounts, the security administrator grants roles',
      command: '',
    },
    import: {
      title: 'A sample file imported',
      what: 'Choose a file, check its columns, try before you import. Each profile brings a sample file to begin with.',
      who: 'The system administrator',
      command: '',
    },
    purpose: {
      title: 'A purpose chosen',
      what: 'Whoever works with customers chooses a purpose at the top right. Every look has one; without it nobody is shown.',
      who: 'A business account',
      command: '',
    },
    read: {
      title: 'The first protected read',
      what: 'Open a customer through an order at hand: everything is masked, and each look goes into the ledger.',
      who: 'A business account',
      command: '',
    },
    verified: {
      title: 'The ledger verified',
      what: 'Each entry against its hash, every checkpoint, every signature: nothing was changed.',
      who: 'The audit administrator or the protection officer',
      command: '',
    },
    backup: {
      title: 'A backup taken',
      what: 'It is signed, and verified before it is restored. Drill a restore after the first one.',
      who: 'The operator or the system administrator',
      command: 'shouxin backup /path/to/repository',
    },
  },
}
