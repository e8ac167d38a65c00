using System.Collections.Concurrent;
using Matchbox.Core.Catalogs;

namespace Matchbox.Core.Boot;

/// <summary>
/// Configs that could not be made for the machine that asked: its next script says so instead of booting a kernel that then waits for
/// them. What a group's data alone breaks is known before (<see cref="BootOffer.Fault"/>); this is for what a request breaks.
/// </summary>
public sealed partial class BootService
{
    // By machine, so bounded as the registry is. Another content, and so another digest, ends a fault.
    private readonly ConcurrentDictionary<string, (string Digest, string Reason)> _configFaults = new(StringComparer.Ordinal);

    private void RememberConfigFault(BootQuestion question, BootOffer offer, string reason)
    {
        // A secret may be set without any document changing, so of what uses one nothing is remembered.
        if (question is { Verified: true, Protection: null, Machine: { } machine })
        {
            _configFaults[machine.Id] = (offer.Digest, reason);
        }
    }

    private BootQuestion WithConfigFault(BootQuestion question)
    {
        if (question is not { Verified: true, Machine: { } machine, Offer: { Fault: null } offer } || !_configFaults.TryGetValue(machine.Id, out var fault))
        {
            return question;
        }
        if (fault.Digest == offer.Digest)
        {
            return question with { Offer = offer with { Fault = fault.Reason } };
        }
        _configFaults.TryRemove(machine.Id, out _);
        return question;
    }
}
