using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Testing;

/// <summary>Verdicts in memory.</summary>
public sealed class MemorySubnetVerdicts : ISubnetVerdicts
{
    private readonly HashSet<(IPv4Network, string)> _opened = [];

    public IReadOnlyCollection<(IPv4Network Network, string Interface)> All => _opened;

    public bool WasOpened(IPv4Network network, string interfaceName) => _opened.Contains((network, interfaceName));

    public void Opened(IPv4Network network, string interfaceName, DateTimeOffset at) => _opened.Add((network, interfaceName));
}
