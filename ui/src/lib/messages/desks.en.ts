// What lies on the hub's other tills, in English.
export const desks = {
  open: (till: string, who: string | null, since: string) =>
    who === null
      ? `Till ${till} has it open (since ${since})`
      : `Till ${till} has it open (${who}, since ${since})`,
  putAside: (till: string, who: string | null, since: string) =>
    who === null
      ? `Put aside at till ${till}, with changes (${since})`
      : `Put aside at till ${till}, with changes (${who}, ${since})`,
  takenOver: (till: string, who: string | null, since: string) =>
    who === null
      ? `Till ${till} has taken it over (${since})`
      : `Till ${till} has taken it over (${who}, ${since})`,
  ours: (till: string) => `Taken over from till ${till}`,
  changesStay: 'What was changed here stays until it is settled or thrown away.',
  takeOver: 'Take over',
  takeBack: 'Take it back',
  title: 'On other tills',
  elsewhere: (count: string) => `On other tills: ${count}`,
  till: (till: string) => `Till ${till}`,
  waiting: (till: string) => `Waiting for till ${till}`,
  leaving: (till: string) => `On its way to till ${till}`,
  heard: (time: string) => `as it said at ${time}`,
  hasMoney: (till: string) => `Something is paid: only till ${till} can go on with it`,
  withdraw: 'Leave it there',
  copy: 'Ring it up anew here',
};
