using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Matchbox.Core.Leases;
using Matchbox.Protocols;

namespace Matchbox.Storage.Journal;

/// <summary>
/// One lease as bytes, little-endian: address u32, state u8, revision i64, granted and expires as i64 ticks (UTC), then hardware
/// address, client identifier, option 82 and name (UTF-8), each after its length as u16.
/// </summary>
internal static class LeaseRecord
{
    private const int FixedLength = 4 + 1 + 8 + 8 + 8;

    public static int LengthOf(Lease lease) =>
        FixedLength + 8 + lease.Hardware.Length + lease.ClientId.Length + lease.RelayInformation.Length + Encoding.UTF8.GetByteCount(lease.HostName);

    /// <summary>Writes <see cref="LengthOf"/> octets.</summary>
    public static void Write(Lease lease, Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, lease.Address.Value);
        target[4] = (byte)lease.State;
        BinaryPrimitives.WriteInt64LittleEndian(target[5..], lease.Revision);
        BinaryPrimitives.WriteInt64LittleEndian(target[13..], lease.Granted.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(target[21..], lease.Expires.UtcTicks);
        target = target[FixedLength..];

        var length = lease.Hardware.Write(target[2..(2 + lease.Hardware.Length)]);
        target = Close(target, length);
        lease.ClientId.AsSpan().CopyTo(target[2..]);
        target = Close(target, lease.ClientId.Length);
        lease.RelayInformation.AsSpan().CopyTo(target[2..]);
        target = Close(target, lease.RelayInformation.Length);
        _ = Close(target, Encoding.UTF8.GetBytes(lease.HostName, target[2..]));
    }

    public static bool TryRead(ReadOnlySpan<byte> record, [NotNullWhen(true)] out Lease? lease)
    {
        lease = null;
        if (record.Length < FixedLength)
        {
            return false;
        }
        var rest = record[FixedLength..];
        var state = (LeaseState)record[4];
        var granted = BinaryPrimitives.ReadInt64LittleEndian(record[13..]);
        var expires = BinaryPrimitives.ReadInt64LittleEndian(record[21..]);
        if (!TryField(ref rest, out var hardware) || !TryField(ref rest, out var clientId)
            || !TryField(ref rest, out var relay) || !TryField(ref rest, out var name) || !rest.IsEmpty
            || hardware.Length > HardwareAddress.MaxLength || !Enum.IsDefined(state) || !IsDate(granted) || !IsDate(expires))
        {
            return false;
        }
        lease = new Lease
        {
            Address = new IPv4Address(BinaryPrimitives.ReadUInt32LittleEndian(record)),
            State = state,
            Revision = BinaryPrimitives.ReadInt64LittleEndian(record[5..]),
            Granted = new DateTimeOffset(granted, TimeSpan.Zero),
            Expires = new DateTimeOffset(expires, TimeSpan.Zero),
            Hardware = new HardwareAddress(hardware),
            ClientId = [.. clientId],
            RelayInformation = [.. relay],
            HostName = Encoding.UTF8.GetString(name),
        };
        return true;
    }

    private static Span<byte> Close(Span<byte> target, int length)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(target, checked((ushort)length));
        return target[(2 + length)..];
    }

    private static bool TryField(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> field)
    {
        field = default;
        if (rest.Length < 2 || BinaryPrimitives.ReadUInt16LittleEndian(rest) is var length && rest.Length < 2 + length)
        {
            return false;
        }
        field = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return true;
    }

    private static bool IsDate(long ticks) => ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks;
}
