using System.Collections.Immutable;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Boot;

/// <summary>The gate's table for protected configs: one row changes one thing of a question that is granted.</summary>
public class ProtectedGateTests
{
    private const string Nonce = "n1";
    private static readonly IPv4Address Own = IPv4Address.Parse("10.77.0.20");
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Denied => new()
    {
        { "unverified", "does not come from the machine's present boot" },
        { "no token", "does not carry the token" },
        { "no script", "no script of this boot was served last" },
        { "another boot", "no script of this boot was served last" },
        { "held", "because" },
        { "two machines", "identity" },
        { "given", "it was given at" },
        { "given elsewhere", "it went to 10.77.0.66 first" },
        { "fetched", "reported" },
        { "not armed", "installs" },
        { "installed", "installed with" },
    };

    [Theory, MemberData(nameof(Denied))]
    public void Whatever_is_foreign_wrong_or_late_gets_nothing(string what, string reason)
    {
        var deny = Assert.IsType<BootDecision.Deny>(BootGate.Decide(Question(what)));
        Assert.Contains(reason, deny.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("given a moment ago")]
    [InlineData("another resource was given")]
    [InlineData("installing")]
    public void The_present_boot_with_its_token_gets_it(string what) => Assert.IsType<BootDecision.BootProfile>(BootGate.Decide(Question(what)));

    [Theory]
    [InlineData("", true)]
    [InlineData("unverified", false)]
    [InlineData("ended", false)]
    [InlineData("another boot", true)]
    public void The_script_with_the_token_is_for_a_verified_request_of_a_boot_that_is_not_over(string what, bool isGiven)
    {
        var decision = BootGate.Decide(Question(what) with { Stage = BootStage.IpxeScript });
        Assert.Equal(isGiven, decision is BootDecision.BootProfile);
        Assert.Equal(!isGiven, decision is BootDecision.Discover);
    }

    [Fact]
    public void DHCP_answers_as_without_protection() =>
        Assert.IsType<BootDecision.BootProfile>(BootGate.Decide(Question("unverified") with { Stage = BootStage.Dhcp }));

    [Fact]
    public void Group_or_profile_protects_and_either_may_hold()
    {
        Assert.Null(Protection.Of(new Group { Id = "g" }, new Profile { Id = "p" }));
        Assert.Equal(new Protection(true), Protection.Of(new Group { Id = "g", Protection = new(true) }, null));
        Assert.Equal(new Protection(true), Protection.Of(new Group { Id = "g", Protection = new(false) }, new Profile { Id = "p", Protection = new(true) }));
        Assert.Equal(new Protection(false), Protection.Of(null, new Profile { Id = "p", Protection = new(false) }));
    }

    [Fact]
    public void A_boot_that_another_one_came_after_never_comes_back()
    {
        var delivery = ConfigDelivery.Begin(null, "n1");
        Assert.Same(delivery, ConfigDelivery.Begin(delivery, "n1"));
        var later = ConfigDelivery.Begin(delivery.Deliver("ignition", Own, Noon).Fetched(Noon), "n2");
        Assert.Null(later.WhyNot("ignition", Own, Noon));
        Assert.Same(later, ConfigDelivery.Begin(later, "n1"));
        for (var boot = 3; boot < 30; boot++)
        {
            later = ConfigDelivery.Begin(later, $"n{boot}");
        }
        Assert.True(later.HasEnded("n1"));
        for (var boot = 30; boot < 100; boot++)
        {
            later = ConfigDelivery.Begin(later, $"n{boot}");
        }
        Assert.Equal(32, later.Ended.Length);
    }

    private static BootQuestion Question(string what)
    {
        var installs = what is "installing" or "not armed" or "installed";
        var profile = new Profile { Id = "p", IgnitionId = "p.ign", Install = installs, Boot = new NetBoot("k", [], []) };
        var offer = BootOffer.Of(profile, ConfigFile.Raw("ignition/p.ign", "{}"u8.ToArray()));
        var delivery = what switch
        {
            "no script" => null,
            "another boot" => ConfigDelivery.Begin(null, "n0"),
            "ended" => ConfigDelivery.Begin(ConfigDelivery.Begin(null, Nonce), "n2"),
            "given" => ConfigDelivery.Begin(null, Nonce).Deliver("ignition", Own, Noon.AddMinutes(-5)),
            "given a moment ago" => ConfigDelivery.Begin(null, Nonce).Deliver("ignition", Own, Noon.AddMinutes(-4.9)),
            "given elsewhere" => ConfigDelivery.Begin(null, Nonce).Deliver("ignition", IPv4Address.Parse("10.77.0.66"), Noon),
            "another resource was given" => ConfigDelivery.Begin(null, Nonce).Deliver("generic", Own, Noon.AddMinutes(-50)),
            "fetched" => ConfigDelivery.Begin(null, Nonce).Deliver("ignition", Own, Noon).Fetched(Noon),
            _ => ConfigDelivery.Begin(null, Nonce),
        };
        var arming = new Arming { Id = "a", ProfileId = "p", Digest = offer.Digest, ArmedAt = Noon, ExpiresAt = Noon.AddHours(1) };
        var attempt = new InstallAttempt { Number = 1, ArmingId = "a", ProfileId = "p", Nonce = Nonce, TokenHash = "h", StartedAt = Noon };
        var state = what switch
        {
            "held" => Installation.None.Held("because", Noon),
            "installing" => Installation.None.Arm(arming).Begin(attempt),
            "installed" => Installation.CompletedBy(attempt, Noon),
            _ => Installation.None,
        };
        return new BootQuestion
        {
            Stage = BootStage.Ignition,
            Machine = new Machine { Id = "m", Macs = [HardwareAddress.Parse("52:54:00:77:00:01")], Origin = MachineOrigin.Added, Installation = state, Delivery = delivery },
            Known = true,
            Conflict = what == "two machines" ? "two" : null,
            Group = new Group { Id = "g", Profile = "p", Selector = ImmutableSortedDictionary<string, string>.Empty.Add("a", "b"), Protection = new Protection(false) },
            Offer = offer,
            Nonce = what == "unverified" ? null : Nonce,
            Resource = "ignition",
            Source = Own,
            HasToken = what != "no token",
            Now = Noon,
        };
    }
}
