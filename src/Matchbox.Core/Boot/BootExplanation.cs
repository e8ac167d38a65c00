using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>What a machine would get if it asked now, and why.</summary>
public sealed record BootExplanation
{
    /// <summary>All labels that select: those asked about and those that the machine has.</summary>
    public required Labels Labels { get; init; }

    /// <summary>The address it is taken to ask from; 0.0.0.0: none.</summary>
    public IPv4Address Address { get; init; }

    /// <summary>Whom the labels name; null: nobody that we know.</summary>
    public Machine? Machine { get; init; }

    public required Explanation Selection { get; init; }

    /// <summary>What the selected group's machines boot; null: no group, or its profile is not there.</summary>
    public BootOffer? Offer { get; init; }

    /// <summary>What the gate says to the machine's script.</summary>
    public required BootDecision Decision { get; init; }

    /// <summary>Which boot that answer is for, in words for a person.</summary>
    public required string Assumption { get; init; }

    /// <summary>The script for iPXE, with <c>NONCE</c> and <c>TOKEN</c> in the place of both; null: it gets a 404.</summary>
    public string? Script { get; init; }

    /// <summary>The profile's Ignition config, rendered for this machine, whether it would be given now or not; null: there is none.</summary>
    public RenderedConfig? Config { get; init; }
}
