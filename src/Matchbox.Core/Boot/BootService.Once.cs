using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Boot;

/// <summary>Boots that a person asked for once: which boot takes the wish, stored before its script goes out.</summary>
public sealed partial class BootService
{
    /// <summary>What a profile would offer to this machine, whatever its groups select; null: there is no such profile.</summary>
    public BootOffer? OfferOnce(Machine machine, string profile)
    {
        var catalog = catalogs.Current;
        return OnceBoots.OfferOf(profile, GroupOf(machine, catalog), catalog, protection).Offer;
    }

    /// <summary>The boot takes the wish. False: it was withdrawn, or another boot has it.</summary>
    private async ValueTask<bool> TakeOnceAsync(BootQuestion question, CancellationToken cancellation)
    {
        if (question is not { Once: { } once, Nonce: { } nonce, Machine: { } machine })
        {
            return true;
        }
        var (mine, news) = (false, false);
        await machines.UpdateAsync(machine.Id, present =>
        {
            mine = present.BootOnce is { } wish && wish with { Nonce = null } == once with { Nonce = null } && (wish.Nonce ?? nonce) == nonce;
            news = mine && present.BootOnce!.Nonce is null;
            return news ? present with { BootOnce = once with { Nonce = nonce } } : present;
        }, cancellation);
        if (news)
        {
            Tell(machine, EventKind.BootOnceTaken, $"boots {once.Profile} once, as {once.By} asked; its next boot is by the rules again", ("profile", once.Profile));
        }
        return mine;
    }

    // Another boot came after the one that took it, or none came in time: it can count for nothing more.
    private void ForgetOnce(BootQuestion question)
    {
        if (question is { Verified: true, Once: null, Machine: { BootOnce: { } once } machine } && !once.IsOpen(question.Now))
        {
            machines.Note(machine.Id, present => present.BootOnce == once ? present with { BootOnce = null } : present);
        }
    }
}
