using Matchbox.Dhcp.V4.Transport;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Responding;

/// <summary>A message and how it came.</summary>
/// <param name="Message">What was said.</param>
/// <param name="Link">The interface that it came by, in its present condition.</param>
/// <param name="Source">The sender's address as UDP had it; 0.0.0.0 from a machine without one.</param>
/// <param name="SourcePort">The sender's port.</param>
/// <param name="Unicast">Sent to an address of ours, not to all.</param>
public readonly record struct DhcpArrival(DhcpMessage Message, NetworkLink Link, IPv4Address Source, ushort SourcePort, bool Unicast);
