package casework

// Codes of faults, for ever. Each has a sentence under the same key in wording.
//
//	file.frozen             the file is stopped while it is looked into
//	file.changed            somebody changed it meanwhile: by (body id), what (event type), at
//	file.exists             a file with this id was opened before
//	step.unknown            the law of that day has no such step
//	step.not_open           its guard fails or a bar binds it; record it as irregular if it happened
//	step.not_yours          another kind of body takes it
//	step.of_two             it is taken by two: one proposes, another of the body confirms
//	proposal.open           a colleague has proposed this step and waits for a second
//	proposal.changed        it was changed, sent back, confirmed or withdrawn since the page was shown
//	proposal.own            who proposed it does not confirm it
//	proposal.not_own        a colleague's proposal is hers to withdraw
//	step.to_not_yours       what happened against the law names a body, and another kind of body takes the step
//	step.future             it is said to have happened later than now
//	step.evidence           what it asks to be in the file is not there: missing
//	step.minimum            an adverse decision lacks a part: field codes adverse.*
//	referral.too_many       more providers than may be asked at once: max
//	referral.nobody         no provider was named
//	referral.open_need      a referral for this need is open: referral, need
//	referral.no_consent     no consent for this purpose, and not the child's path: purpose
//	referral.excluded       the person said never this one
//	referral.receiver_closed the provider closed
//	referral.not_recipient  consent does not name this kind of body: kind
//	referral.taken          another provider accepted first
//	referral.closed         no longer open: state
//	referral.not_asked      this body was not asked
//	referral.undo_late      the minutes for taking it back are over
//	referral.reason         not a reason the pack knows
//	referral.question       there is no such question, or it has its answer
//	referral.early          the telephones ring later: at
//	place.taken             no bed is free: somebody was a second earlier
//	place.not_yours         the place belongs to another body or service
//	place.closed            the place is closed
//	place.not_held          nothing is held there for this referral
//	place.beds              more free beds than beds, or fewer than none
//	consent.unknown         there is no such consent, or it was taken back
//	consent.purpose         not a purpose the pack knows
//	consent.recipient       the purpose does not allow this kind of body
//	right.unknown           not a right the pack knows
//	right.state             not a state of a right
//	correct.unknown         there is no such event, or it cannot be corrected
//	correct.twice           it was corrected before
//	same.self               a file is the same as itself
//	same.said               said before
//	same.not_said           nobody said so
//	task.unknown            there is no such task, or it is done
//	review.needed             the task ends with its answer, or with what it is about
//	emergency.own           who opened a file in an emergency does not judge that herself
//	check.reviewed          somebody has looked into it
//	body.closed             the body closed
//	service.unknown         there is no such service, or it closed
//	account.left            the worker has left
//	question.changed        somebody said how it stands since the page was shown
//	question.same           what is sent is what stands already
//	dispute.answered_before it has its reply: at
//	paper.step              no paper is made of this event by this body
//	paper.gone              the paper was taken back before
//	paper.before            what was on paper happened before the file could begin: day
//	paper.not_open_then     the step was not open when the paper says it was taken: day
//	document.gone           the document was withdrawn before
//	document.used           a step rests on the document
//	document.too_many       the file has as many documents as there may be: max
//	law.broken              the law of that day does not compile
//	law.unsaid              the pack has no word for what the file holds: what
//	law.unsigned            the pack takes something that nobody signed for: what
//	operation.row_recorded  this row is a file already, and it says otherwise
//	operation.nobody        no row has anybody in it
//	operation.too_many      more rows than one form records: max
//	operation.no_step       no step of the operation is open to this person
//	household.nobody_found  a file was asked for, and nobody of those who are looked for is in the line
//	household.over          what was said at the door was erased; the household begins anew
//	household.again_past    to come again on a day that is over
//	household.of_whom       nobody of the household is the other of a relation
//	household.no_child      an adult is said to be a child
//	track.exists            a case with this id was opened before
//	track.changed           somebody changed the case meanwhile: by, what, at
//	track.ended             the case has ended
//	track.goes_on           the case goes on in another, where this is recorded
//	track.not_open          the ladder does not lead there from this stage: step, stage
//	track.no_article        a case is about at least one article
//	track.many_articles     more articles than a case has: max
//	track.other_code        the article is of another version of the code: offence, same
//	track.not_in_force      the article was not in force on the day of the act: offence
//	track.before            it is said to have happened before the case began
//	track.into              no such case to go on in
//	track.into_ended        the case to go on in has ended, or is the same
//	track.linked            the file belongs to the case already
//	track.money_part        more than the sum of which it is a part: of
//	track.money_rests       another sum is a part of it
//	track.money_whose       another kind of body records it
//	kin.said                this relation is recorded and stands
//	kin.no_file             an adult who wants no file gets none
//	work.not_owed           the step is owed no more: somebody took it, or the law closed it
//	work.not_able           the worker's role does not take the step: step
//	work.apart              the worker is kept apart by an earlier step: step
//	away.order              it ends before it begins, or lasts for years
//	away.past               it is over
//	work.changed            somebody else has it since the page was shown
//	screening.signs         neither a sign was chosen nor said that none was seen
//	screening.both          signs were chosen, and said that none was seen
//	signal.changed          a colleague amended it, rang back or took it over meanwhile
//	event.unknown           a type or version this program does not know
//	event.broken            a payload that cannot be read
//	event.order             an event that does not follow the last
const (
	CodeFileFrozen      = "file.frozen"
	CodeFileChanged     = "file.changed"
	CodeFileExists      = "file.exists"
	CodeStepUnknown     = "step.unknown"
	CodeStepNotOpen     = "step.not_open"
	CodeStepNotYours    = "step.not_yours"
	CodeStepFuture      = "step.future"
	CodeStepMinimum     = "step.minimum"
	CodeStepEvidence    = "step.evidence"
	CodeStepToNotYours  = "step.to_not_yours"
	CodePaperStep       = "paper.step"
	CodePaperGone       = "paper.gone"
	CodePaperClosed     = "paper.closed"
	CodePaperBefore     = "paper.before"
	CodePaperNotOpen    = "paper.not_open_then"
	CodeSignatureOver   = "signature.paper_over"
	CodeSignatureNot    = "signature.not_of_a_step"
	CodeSignatureTwice  = "signature.twice"
	CodeSignatureMany   = "signature.too_many"
	CodeSignatureGone   = "signature.gone"
	CodeAttachmentGone  = "document.gone"
	CodeAttachmentUsed  = "document.used"
	CodeAttachmentMany  = "document.too_many"
	CodeTooMany         = "referral.too_many"
	CodeNobody          = "referral.nobody"
	CodeOpenNeed        = "referral.open_need"
	CodeNoConsent       = "referral.no_consent"
	CodeExcluded        = "referral.excluded"
	CodeReceiver        = "referral.receiver_closed"
	CodeNotRecipient    = "referral.not_recipient"
	CodeReferralTaken   = "referral.taken"
	CodeReferralShut    = "referral.closed"
	CodeNotAsked        = "referral.not_asked"
	CodeUndoLate        = "referral.undo_late"
	CodeNotArrived      = "referral.not_arrived"
	CodeChooseWhy       = "choose_why"
	CodeRefusalReason   = "referral.reason"
	CodeQuestion        = "referral.question"
	CodeEarly           = "referral.early"
	CodePlaceTaken      = "place.taken"
	CodePlaceNotYours   = "place.not_yours"
	CodePlaceClosed     = "place.closed"
	CodePlaceBeds       = "place.beds"
	CodeConsent         = "consent.unknown"
	CodePurpose         = "consent.purpose"
	CodeRecipient       = "consent.recipient"
	CodeGoalClosed      = "goal.closed"
	CodeRight           = "right.unknown"
	CodeRightState      = "right.state"
	CodeCorrect         = "correct.unknown"
	CodeCorrectTwice    = "correct.twice"
	CodeSameSelf        = "same.self"
	CodeSameSaid        = "same.said"
	CodeSameNotSaid     = "same.not_said"
	CodeTask            = "task.unknown"
	CodeReviewNeeded    = "review.needed"
	CodeEmergencyOwn    = "emergency.own"
	CodeCheckReviewed   = "check.reviewed"
	CodeBodyClosed      = "body.closed"
	CodeService         = "service.unknown"
	CodeAccountLeft     = "account.left"
	CodeLawBroken       = "law.broken"
	CodeLawUnsaid       = "law.unsaid"
	CodeLawUnsigned     = "law.unsigned"
	CodeQuestionChanged = "question.changed"
	CodeQuestionSame    = "question.same"
	CodeDisputeClosed   = "dispute.answered_before"
	CodeSignalClosed    = "signal.closed_before"
	CodeSignalChanged   = "signal.changed"
	CodeRowRecorded     = "operation.row_recorded"
	CodeNobodyMet       = "operation.nobody"
	CodeTooManyMet      = "operation.too_many"
	CodeNobodyMeets     = "operation.no_step"
	CodeNobodyFound     = "household.nobody_found"
	CodeHouseholdOver   = "household.over"
	CodeAgainPast       = "household.again_past"
	CodeKinOfWhom       = "household.of_whom"
	CodeNoChild         = "household.no_child"
	CodeHearingPast     = "hearing.past"
	CodeHearingDayOff   = "hearing.day_off"
	CodeHearingNotice   = "hearing.notice"
	CodeHearingNoStep   = "hearing.no_step"
	CodeHearingDecider  = "hearing.decider"
	CodeHearingApart    = "hearing.apart"
	CodeHearingShut     = "hearing.closed_before"
	CodeHearingChanged  = "hearing.changed"
	CodeHearingEarly    = "hearing.early"
	CodeAwayOrder       = "away.order"
	CodeAwayPast        = "away.past"
	CodeWorkNotOwed     = "work.not_owed"
	CodeWorkNotAble     = "work.not_able"
	CodeWorkApart       = "work.apart"
	CodeWorkChanged     = "work.changed"
	CodeSigns           = "screening.signs"
	CodeSignsBoth       = "screening.both"
	CodeEventUnknown    = "event.unknown"
	CodeEventBroken     = "event.broken"
	CodeEventOrder      = "event.order"
)

// Codes of a step that two take.
const (
	CodeStepOfTwo       = "step.of_two"
	CodeProposalOpen    = "proposal.open"
	CodeProposalChanged = "proposal.changed"
	CodeProposalOwn     = "proposal.own"
	CodeProposalNotOwn  = "proposal.not_own"
)

// Codes about cases that stand beside files.
const (
	CodeTrackExists       = "track.exists"
	CodeTrackChanged      = "track.changed"
	CodeTrackEnded        = "track.ended"
	CodeTrackGoesOn       = "track.goes_on"
	CodeTrackNotOpen      = "track.not_open"
	CodeTrackNoArticle    = "track.no_article"
	CodeTrackManyArticles = "track.many_articles"
	CodeTrackOtherCode    = "track.other_code"
	CodeTrackNotInForce   = "track.not_in_force"
	CodeTrackBefore       = "track.before"
	CodeTrackInto         = "track.into"
	CodeTrackIntoEnded    = "track.into_ended"
	CodeTrackLinked       = "track.linked"
	CodeTrackMoneyPart    = "track.money_part"
	CodeTrackMoneyRests   = "track.money_rests"
	CodeTrackMoneyWhose   = "track.money_whose"
)
