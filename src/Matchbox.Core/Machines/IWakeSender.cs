using Matchbox.Protocols;

namespace Matchbox.Core.Machines;

/// <summary>Sends the packet that wakes a machine (Wake-on-LAN), on one interface and nowhere else.</summary>
public interface IWakeSender
{
    /// <summary>Sends it once. Gives why it could not, in words; null: it went out, which nobody answers.</summary>
    string? Send(string interfaceName, HardwareAddress mac);
}
