using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Boot;

/// <summary>Which boot a machine's <see cref="OnceBoot"/> is for, and what it makes of that boot's questions. Pure.</summary>
internal static class OnceBoots
{
    /// <summary>
    /// The question of a boot for which the machine's wish counts: it is asked about that profile, whatever the machine's groups select.
    /// Any other question comes back as it is.
    /// </summary>
    public static BootQuestion Apply(BootQuestion question, BootSession? session, Catalog catalog, ConfigProtection? protection) =>
        question.Machine is { BootOnce: { } once } machine && IsFor(once, machine, question, session) ? With(question, once, catalog, protection) : question;

    /// <summary>The same for the machine's next boot, of which nothing is known yet.</summary>
    public static BootQuestion ApplyToNext(BootQuestion question, Catalog catalog, ConfigProtection? protection) =>
        question.Machine is { BootOnce: { } once } && once.IsOpen(question.Now) ? With(question, once, catalog, protection) : question;

    /// <summary>What a profile offers to the machines of a group that does not name it.</summary>
    public static (Group Group, BootOffer? Offer) OfferOf(string profile, Group? selected, Catalog catalog, ConfigProtection? protection)
    {
        // Its templates get what the machine's own group says.
        var group = (selected ?? new Group { Id = "boot-once" }) with { Profile = profile };
        var offer = catalog.OfferOf(group);
        return (group, offer is null ? null : protection?.Pin(offer, group) ?? offer);
    }

    // Only what is proven to be a boot takes it, and a boot that has had its script already is not the next one.
    private static bool IsFor(OnceBoot once, Machine machine, BootQuestion question, BootSession? session) => once.Nonce is { } taken
        ? taken == (question.Stage == BootStage.Dhcp ? session?.Nonce : question.Nonce)
        : once.IsOpen(question.Now)
            && (question.Stage == BootStage.Dhcp
                || (question is { Stage: BootStage.IpxeScript or BootStage.GrubConfig, Nonce: { } nonce }
                    && session is null or { Answer: BootAnswer.None or BootAnswer.Why }
                    && machine.Installation.AttemptOf(nonce) is null));

    private static BootQuestion With(BootQuestion question, OnceBoot once, Catalog catalog, ConfigProtection? protection)
    {
        var (group, offer) = OfferOf(once.Profile, question.Group, catalog, protection);
        // Whom a person gives something to boot is known.
        return question with { Once = once, Group = group, Offer = offer, Known = true };
    }
}
