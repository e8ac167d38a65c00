using Matchbox.Protocols;

namespace Matchbox.Core.Networks;

/// <summary>
/// Remembers on which networks nobody else was found serving DHCP, so that a restart, or the return of power to everything at
/// once, answers without searching again.
/// </summary>
public interface ISubnetVerdicts
{
    /// <summary>Was the network opened on this interface before?</summary>
    /// <exception cref="IOException">It cannot be read now.</exception>
    bool WasOpened(IPv4Network network, string interfaceName);

    /// <summary>Returns when it would survive the loss of power.</summary>
    /// <exception cref="IOException">It cannot be stored now.</exception>
    void Opened(IPv4Network network, string interfaceName, DateTimeOffset at);
}
