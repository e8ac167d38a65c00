using Matchbox.Core.Machines;
using Matchbox.Protocols;
using static Matchbox.Core.Machines.LifecycleState;
using static Matchbox.Core.Machines.LifecycleTrigger;

namespace Matchbox.Core.Tests.Machines;

/// <summary>Every arrow of the table leads, by the facts that the trigger changes, to the state that the table says.</summary>
public class LifecycleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly PersonMark Mark = new(Now, "test");

    public static TheoryData<LifecycleState, LifecycleTrigger, LifecycleState> AllArrows
    {
        get
        {
            var arrows = new TheoryData<LifecycleState, LifecycleTrigger, LifecycleState>();
            foreach (var arrow in Lifecycle.Arrows)
            {
                foreach (var to in arrow.To)
                {
                    arrows.Add(arrow.From, arrow.On, to);
                }
            }
            return arrows;
        }
    }

    [Theory, MemberData(nameof(AllArrows))]
    public void Each_arrow_leads_where_the_table_says(LifecycleState from, LifecycleTrigger on, LifecycleState to)
    {
        var before = Facts.In(from, to);
        Assert.Equal(from, before.State);
        Assert.Equal(to, before.After(on, to).State);
    }

    [Fact]
    public void Every_state_is_reached_and_left()
    {
        foreach (var state in Enum.GetValues<LifecycleState>())
        {
            Assert.Contains(Lifecycle.Arrows, arrow => arrow.From == state && arrow.To.Any(to => to != state));
            Assert.Contains(Lifecycle.Arrows, arrow => arrow.From != state && arrow.To.Contains(state));
        }
        Assert.Equal(Lifecycle.Arrows.Length, Lifecycle.Arrows.DistinctBy(arrow => (arrow.From, arrow.On)).Count());
    }

    public static TheoryData<LifecycleState, LifecycleTrigger> AllElse
    {
        get
        {
            var pairs = new TheoryData<LifecycleState, LifecycleTrigger>();
            foreach (var state in Enum.GetValues<LifecycleState>().Where(state => state != Booting))
            {
                foreach (var command in (LifecycleTrigger[])[Arm, Disarm, Release, Ignore, Unignore, Protect, BootOnce])
                {
                    if (!Lifecycle.Allows(state, command))
                    {
                        pairs.Add(state, command);
                    }
                }
            }
            return pairs;
        }
    }

    [Theory, MemberData(nameof(AllElse))]
    public void A_command_that_is_not_in_the_table_is_refused_in_words(LifecycleState state, LifecycleTrigger command)
    {
        var facts = Facts.In(state, state);
        var why = Lifecycle.WhyNot(facts.Machine, facts.Known, command, Now);
        Assert.StartsWith("m1 is ", why, StringComparison.Ordinal);
        Assert.DoesNotContain("is for other states", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Discovered)]
    [InlineData(Assigned)]
    [InlineData(Installed)]
    [InlineData(Live)]
    [InlineData(Held)]
    public void A_protected_machine_is_not_armed_in_any_state(LifecycleState state)
    {
        var facts = Facts.In(state, state);
        Assert.Null(Lifecycle.WhyNot(facts.Machine, facts.Known, Arm, Now));
        Assert.Contains("unprotect m1", Lifecycle.WhyNot(facts.Machine with { Protected = Mark }, facts.Known, Arm, Now), StringComparison.Ordinal);
    }

    /// <summary>All that the state is worked out of.</summary>
    private sealed record Facts(Machine Machine, bool Known, bool Booting, DateTimeOffset Time)
    {
        public LifecycleState State => Lifecycle.Of(Machine, Known, Booting, Time);

        private Installation Installation => Machine.Installation;

        /// <summary>In a state, over what it was before, which decides where some arrows lead.</summary>
        public static Facts In(LifecycleState state, LifecycleState beneath)
        {
            var machine = new Machine { Id = "m1", Macs = [HardwareAddress.Parse("52:54:00:77:00:01")] };
            var facts = new Facts(machine, Known: state == Assigned || (state != Discovered && beneath != Discovered), Booting: false, Now);
            return (Depth(beneath) < Depth(state) ? facts.Be(beneath) : facts).Be(state);
        }

        public Facts After(LifecycleTrigger on, LifecycleState to = default) => on switch
        {
            Assign => this with { Known = true },
            Unassign => this with { Known = false },
            Arm => With(Installation.Arm(Arming())),
            Disarm => With(Installation.Disarm()),
            Lapse when Booting => this with { Booting = false },
            Lapse => this with { Time = Now.AddDays(2) },
            StartBoot => this with { Booting = true },
            ServeInstaller => (Installation.Arming is null ? After(Arm) : this).Attempt() with { Booting = false },
            ServeLive => (this with { Booting = false }).Be(Live),
            ServeLocal => this with { Booting = false, Machine = Machine with { Running = null, Installation = InstalledThen() } },
            ShowWhy => this with { Booting = false, Machine = Machine with { Running = null } },
            Complete => With(Installation.CompletedBy(Installation.Attempts[^1], Now)),
            Hold => With(Installation.Held("why", Now)),
            Release => With(Installation.Release()),
            Ignore => this with { Machine = Machine with { Ignored = Mark } },
            Unignore => this with { Machine = Machine with { Ignored = null } },
            Protect => this with { Machine = Machine with { Protected = Mark, Installation = Installation.Disarm() } },
            Unprotect => this with { Machine = Machine with { Protected = null } },
            BootOnce => this,
            Replace => (to == Installed ? With(InstalledThen()) : this) with { Known = true },
            _ => throw new InvalidOperationException($"{on} has no facts yet"),
        };

        private Facts Be(LifecycleState state) => state switch
        {
            Discovered or Assigned => this,
            Armed => With(Installation.Arm(Arming())),
            LifecycleState.Booting => this with { Booting = true },
            Installing => With(Installation.Arm(Arming())).Attempt(),
            Installed => With(InstalledThen()),
            Live => this with { Machine = Machine with { Running = new RunningProfile("live", Now) } },
            Held => After(Hold),
            Ignored => After(Ignore),
            _ => throw new InvalidOperationException($"no facts for {state}"),
        };

        private Facts With(Installation installation) => this with { Machine = Machine with { Installation = installation } };

        private Facts Attempt() => this with { Machine = Machine with { Running = null, Installation = Installation.Begin(AttemptOf(Installation.Arming!.Id)) } };

        // What hides what.
        private static int Depth(LifecycleState state) =>
            Array.IndexOf([Discovered, Assigned, Installed, Live, Armed, Installing, LifecycleState.Booting, Held, Ignored], state);

        private static Installation InstalledThen() => Installation.CompletedBy(AttemptOf("before"), Now);

        private static Arming Arming() => new() { Id = "a", ProfileId = "p", Digest = "d", ArmedAt = Now, ExpiresAt = Now.AddDays(1) };

        private static InstallAttempt AttemptOf(string arming) => new() { Number = 1, ArmingId = arming, ProfileId = "p", Nonce = "n", TokenHash = "h", StartedAt = Now };
    }
}
