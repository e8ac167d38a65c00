using System.Collections.Immutable;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>A machine as the settings declare it: who it is and what it alone gets.</summary>
public sealed record DeclaredMachine
{
    public string Name { get; init; } = "";

    public ImmutableArray<HardwareAddress> Macs { get; init; } = [];

    public MachineUuid? Uuid { get; init; }

    public string? Serial { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Its reserved address; 0.0.0.0 without.</summary>
    public IPv4Address Address { get; init; }

    public LoaderKind Loader { get; init; } = LoaderKind.Auto;

    public ImmutableArray<ConfiguredOption> Options { get; init; } = [];
}

/// <summary>What the settings say of single machines; swapped whole on a reload. Thread-safe.</summary>
public sealed class MachinePolicies
{
    private volatile ImmutableDictionary<HardwareAddress, DeclaredMachine> _byMac = ImmutableDictionary<HardwareAddress, DeclaredMachine>.Empty;

    /// <summary>The present snapshot; another instance after each <see cref="Replace"/>.</summary>
    public ImmutableDictionary<HardwareAddress, DeclaredMachine> ByMac => _byMac;

    public void Replace(IEnumerable<DeclaredMachine> declared)
    {
        var byMac = ImmutableDictionary.CreateBuilder<HardwareAddress, DeclaredMachine>();
        foreach (var machine in declared)
        {
            foreach (var mac in machine.Macs)
            {
                byMac[mac] = machine;
            }
        }
        _byMac = byMac.ToImmutable();
    }

    public DeclaredMachine? Of(HardwareAddress mac) => _byMac.GetValueOrDefault(mac);

    /// <summary>The machine's own loader setting, else that of its subnet.</summary>
    public LoaderKind LoaderOf(Machine? machine, Subnet subnet)
    {
        foreach (var mac in machine?.Macs ?? [])
        {
            if (Of(mac) is { Loader: not LoaderKind.Auto } declared)
            {
                return declared.Loader;
            }
        }
        return subnet.Loader;
    }
}
