/**
 * Proofs of tokens, tasks, executors, retries, scopes, channels and timers, one protocol per class, each beside a broken twin that must fail.
 *
 * <ul>
 *   <li>tokens: a callback that comes, or goes, while the token is cancelled: {@code CancelTokenRegister}, {@code
 *       CancelCallbackUnregister}; a child that is made meanwhile: {@code CancelTokenChild}; how a parent knows a child:
 *       {@code CancelTokenLink}; one cause, whoever else cancels or looks: {@code CancelTokenCause}, {@code
 *       CancelTokenReason}, {@code CancelTokenParentCause}
 *   <li>the end of a task, which is cancelled while it is taken, run, or cancelled by another, and whose token is asked for
 *       late: {@code TaskRecordRun}, {@code TaskRecordInterrupt}, {@code TaskRecordCancel}, {@code TaskRecordToken}
 *   <li>who waits for a task, while it ends, or while another gives up waiting: {@code TaskRecordGet}, {@code
 *       TaskRecordForget}
 *   <li>executors: a task that comes while the executor is stopped, or its last thread leaves, or no thread can be started:
 *       {@code ExecutorCoreEnqueueStop}, {@code ExecutorCoreIdle}, {@code ExecutorCoreNoThread}; one that is taken out of the
 *       queue, and the place it leaves: {@code TaskQueueCancel}, {@code TaskAdmissionCancel}; who waits for room, and who runs
 *       a task by itself: {@code TaskAdmissionWait}, {@code TaskAdmissionCallerInterrupt}; a resource that comes late: {@code
 *       ExecutorCoreLate}; the end: {@code ExecutorCoreAbandon}, {@code ExecutorCloseAwait}
 *   <li>the watchdog, which looks at threads that come and go, reads a task that ends, and takes an executor off its list
 *       that gets a thread: {@code TaskWorkersWalk}, {@code WatchdogEntry}, {@code ExecutorWatchDone}
 *   <li>retries: a call that waits for its next attempt while it is cancelled: {@code RetryRunCancel}
 *   <li>scopes: a child that comes while the scope is cancelled or closed: {@code ScopeCoreForkCancel}, {@code
 *       ScopeCoreForkClose}; two that decide at once: {@code ScopeCoreFailures}, {@code ScopeCoreRace}; the last one, and who
 *       waits for it: {@code ScopeCoreJoin}; what a scope owns: {@code ScopeCoreOwnClose}
 *   <li>channels: sending and receiving while the channel is closed or cancelled: {@code ChannelCoreSendClose}, {@code
 *       ChannelCoreSendCancel}, {@code ChannelCoreReceiveCancel}; who waits: {@code ChannelCoreHandOver}, {@code
 *       ChannelCoreBlockedSend}, {@code
 *       ChannelCoreBlockedReceive}; an element that comes with an interrupt: {@code ChannelCoreInterrupt}; how handles are
 *       counted: {@code SenderDuplicate}, {@code SenderDropped}
 *   <li>the end of a timer, which is cancelled while it is put into the wheel, fired, run, or cancelled by another: {@code
 *       TimerNodeTransfer}, {@code TimerNodeFire}, {@code TimerNodeRun}, {@code TimerNodeCancel}
 *   <li>periodic timers, which are cancelled, lose their owner, or their wheel, while they go back to it: {@code
 *       PeriodicTimerRearm}, {@code PeriodicTimerOwner}, {@code PeriodicTimerClose}
 *   <li>the thread that turns, which sleeps or ends while a timer comes: {@code TimerWheelSleep}, {@code TimerWheelIdle}; a
 *       timer that has ended before its scheduler has it: {@code TimerWheelRefused}
 *   <li>closing, against a timer that comes, one that is to run, and the thread that sleeps or ends: {@code
 *       TimerWheelCloseSchedule}, {@code TimerNodeClose}, {@code TimerWheelCloseTurn}, {@code TimerWheelCloseIdle}
 *   <li>the runner of what is due: {@code DueRunnerSubmit}, {@code DueRunnerClose}
 * </ul>
 *
 * <p>What the clock brings about and a cancel by hand are one race here, {@code CancelTokenCause}: a deadline cancels like
 * anybody else. A timer that is cancelled between two lists has no proof of its own: only the thread that turns moves timers
 * from bucket to bucket, and who cancels never touches one. That a thread of the runner ends for idleness has none either:
 * it happens under the runner's one lock, and that thread looks once more after it has ceased to count.
 *
 * <p>Two receivers that wait, one of whom is interrupted while an element comes for either, have no proof here: that takes two
 * threads that are parked and a third, and a test of three is skipped on two processors. The kernel leaves it to {@code
 * Condition}, which decides between signal and interrupt. A retry looks at its token before each attempt, and a cancel that
 * comes after that look finds the attempt begun: no proof forbids that, as no caller could tell it from one that came later.
 *
 * <p>Designs that were considered and not chosen have no proof. Buckets with locks of their own, so that who cancels takes the
 * timer out itself, would race with the thread that moves them, and convoyed; here it goes by a second stack. Numbers of
 * timers that are used again would make a late cancel end somebody else's timer; a timer is its own handle. A parent that
 * lists its children would race with each child that goes; here a child looks up, and is known only while it has callbacks.
 */
@NullMarked
package io.watertight.concurrency;

import org.jspecify.annotations.NullMarked;
