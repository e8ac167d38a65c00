using Matchbox.Protocols;

namespace Matchbox.Core.Machines;

/// <summary>What a packet or a query string says about who is asking. Only claims: see the boot session for what is proven.</summary>
public readonly record struct MachineClaims(HardwareAddress? Mac, MachineUuid? Uuid = null, string? Serial = null);

/// <summary>Whom the claims name.</summary>
/// <param name="Machine">The machine; null when nobody is named yet.</param>
/// <param name="Conflict">The claims name different machines: what to tell a person. Null otherwise.</param>
public readonly record struct Recognition(Machine? Machine, string? Conflict);
