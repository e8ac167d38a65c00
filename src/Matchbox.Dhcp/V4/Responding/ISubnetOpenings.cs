using Matchbox.Core.Networks;

namespace Matchbox.Dhcp.V4.Responding;

/// <summary>Says which authoritative networks may be answered: those on which nobody else was found serving.</summary>
public interface ISubnetOpenings
{
    bool IsOpen(Subnet subnet);
}
