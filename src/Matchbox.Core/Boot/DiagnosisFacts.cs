using System.Collections.Immutable;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;

namespace Matchbox.Core.Boot;

/// <summary>All that a diagnosis is made of. A value: the same facts are the same findings.</summary>
public sealed record DiagnosisFacts
{
    public required Machine Machine { get; init; }

    /// <summary>Its events by power-on, newest first.</summary>
    public ImmutableArray<BootAttempt<ApplianceEvent>> Timeline { get; init; } = [];

    /// <summary>What the gate would say now.</summary>
    public required BootDecision Decision { get; init; }

    /// <summary>What its groups offer it; null: nothing.</summary>
    public BootOffer? Offer { get; init; }

    /// <summary>The network that it was last seen on; null: none of ours.</summary>
    public Subnet? Subnet { get; init; }

    /// <summary>The last trouble of each kind on that network.</summary>
    public ImmutableArray<ApplianceEvent> Network { get; init; } = [];

    /// <summary>When its present boot was last heard of; null: it has none.</summary>
    public DateTimeOffset? LastHeard { get; init; }

    public required DateTimeOffset Now { get; init; }
}
