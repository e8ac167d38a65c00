using Matchbox.Butane.Go;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Source;

/// <summary>
/// The section <c>etcd</c>: a version, and the options that this version of etcd has. Each becomes a flag of its command line,
/// in the order given here.
/// </summary>
internal static class EtcdOptions
{
    /// <summary>What is read first, to learn the version.</summary>
    public static readonly StructType Common = Section("types.etcdCommon", "");

    // In the lists #name is a number and ?name a flag; the others are texts.
    private static readonly StructType V23 = Section(
        "types.Etcd2",
        """
        advertise_client_urls ca_file cert_file ?client_cert_auth cors data_dir ?debug discovery discovery_fallback discovery_srv
        discovery_proxy #election_timeout ?enable_pprof ?force_new_cluster #heartbeat_interval initial_advertise_peer_urls
        initial_cluster initial_cluster_state initial_cluster_token key_file listen_client_urls listen_peer_urls log_package_levels
        #max_snapshots #max_wals name peer_ca_file peer_cert_file peer_key_file ?peer_client_cert_auth peer_trusted_ca_file proxy
        #proxy_dial_timeout #proxy_failure_wait #proxy_read_timeout #proxy_refresh_interval #proxy_write_timeout #snapshot_count
        ?strict_reconfig_check trusted_ca_file wal_dir
        """);

    private const string From30To31 =
        """
        name data_dir wal_dir #snapshot_count #heartbeat_interval #election_timeout ?enable_pprof listen_peer_urls listen_client_urls
        #max_snapshots #max_wals cors initial_advertise_peer_urls initial_cluster initial_cluster_state initial_cluster_token
        advertise_client_urls discovery discovery_srv discovery_fallback discovery_proxy ?strict_reconfig_check
        #auto_compaction_retention proxy #proxy_failure_wait #proxy_refresh_interval #proxy_dial_timeout #proxy_write_timeout
        #proxy_read_timeout ca_file cert_file key_file ?client_cert_auth trusted_ca_file ?auto_tls peer_ca_file peer_cert_file
        peer_key_file ?peer_client_cert_auth peer_trusted_ca_file ?peer_auto_tls ?debug log_package_levels ?force_new_cluster
        """;

    private static readonly StructType V30 = Section("types.Etcd3_0", From30To31);

    private static readonly StructType V31 = Section("types.Etcd3_1", From30To31 + " metrics log_output");

    private static readonly StructType V32 = Section(
        "types.Etcd3_2",
        """
        name data_dir wal_dir #snapshot_count #heartbeat_interval #election_timeout ?enable_pprof ?enable_v2 listen_peer_urls
        listen_client_urls #max_snapshots #max_wals cors initial_advertise_peer_urls initial_cluster initial_cluster_state
        initial_cluster_token advertise_client_urls discovery discovery_srv discovery_fallback discovery_proxy
        ?strict_reconfig_check #auto_compaction_retention proxy #proxy_failure_wait #proxy_refresh_interval #proxy_dial_timeout
        #proxy_write_timeout #proxy_read_timeout ca_file cert_file key_file ?client_cert_auth trusted_ca_file ?auto_tls
        peer_ca_file peer_cert_file peer_key_file ?peer_client_cert_auth peer_trusted_ca_file ?peer_auto_tls auth_token ?debug
        log_package_levels ?force_new_cluster metrics log_output
        """);

    private static readonly StructType V33 = Section(
        "types.Etcd3_3",
        """
        name data_dir wal_dir #snapshot_count #heartbeat_interval #election_timeout ?enable_pprof ?enable_v2 listen_peer_urls
        listen_client_urls #max_snapshots #max_wals cors #quota_backend_bytes #max_txn_ops #max_request_bytes
        grpc_keepalive_min_time grpc_keepalive_interval grpc_keepalive_timeout initial_advertise_peer_urls initial_cluster
        initial_cluster_state initial_cluster_token advertise_client_urls discovery discovery_srv discovery_fallback
        discovery_proxy ?strict_reconfig_check auto_compaction_retention auto_compaction_mode proxy #proxy_failure_wait
        #proxy_refresh_interval #proxy_dial_timeout #proxy_write_timeout #proxy_read_timeout ca_file cert_file key_file
        ?client_cert_auth client_crl_file trusted_ca_file ?auto_tls peer_ca_file peer_cert_file peer_key_file
        ?peer_client_cert_auth peer_crl_file peer_trusted_ca_file ?peer_auto_tls peer_cert_allowed_cn auth_token ?debug
        log_package_levels ?force_new_cluster metrics log_output listen_metrics_urls ?experimental_initial_corrupt_check
        experimental_corrupt_check_time experimental_enable_v2v3
        """);

    private static readonly StructType V34 = Section(
        "types.Etcd3_4",
        """
        name data_dir wal_dir #snapshot_count #heartbeat_interval #election_timeout ?initial_election_tick_advance listen_peer_urls
        listen_client_urls #max_snapshots #max_wals #quota_backend_bytes backend_batch_interval #backend_batch_limit #max_txn_ops
        #max_request_bytes grpc_keepalive_min_time grpc_keepalive_interval grpc_keepalive_timeout initial_advertise_peer_urls
        initial_cluster initial_cluster_state initial_cluster_token advertise_client_urls discovery discovery_fallback
        discovery_proxy discovery_srv discovery_srv_name ?strict_reconfig_check ?pre_vote auto_compaction_retention
        auto_compaction_mode ?enable_v2 cert_file key_file ?client_cert_auth client_crl_file client_cert_allowed_hostname
        trusted_ca_file ?auto_tls peer_cert_file peer_key_file ?peer_client_cert_auth peer_trusted_ca_file peer_cert_allowed_cn
        peer_cert_allowed_hostname ?peer_auto_tls peer_crl_file cipher_suites cors host_whitelist auth_token #bcrypt_cost
        #auth_token_ttl ?enable_pprof metrics listen_metrics_urls logger log_outputs log_level proxy #proxy_failure_wait
        #proxy_refresh_interval #proxy_dial_timeout #proxy_write_timeout #proxy_read_timeout ?experimental_initial_corrupt_check
        experimental_corrupt_check_time experimental_enable_v2v3 experimental_backend_bbolt_freelist_type
        ?experimental_enable_lease_checkpoint #experimental_compaction_batch_limit experimental_watch_progress_notify_interval
        experimental_warning_apply_duration ?force_new_cluster ?debug log_package_levels
        """);

    private static readonly StructType V35 = Section(
        "types.Etcd3_5",
        """
        name data_dir wal_dir #snapshot_count #heartbeat_interval #election_timeout ?initial_election_tick_advance listen_peer_urls
        listen_client_urls #max_snapshots #max_wals #quota_backend_bytes backend_bbolt_freelist_type backend_batch_interval
        #backend_batch_limit #max_txn_ops #max_request_bytes grpc_keepalive_min_time grpc_keepalive_interval grpc_keepalive_timeout
        ?socket_reuse_port ?socket_reuse_address initial_advertise_peer_urls initial_cluster initial_cluster_state
        initial_cluster_token advertise_client_urls discovery discovery_fallback discovery_proxy discovery_srv discovery_srv_name
        ?strict_reconfig_check ?pre_vote auto_compaction_retention auto_compaction_mode ?enable_v2 v2_deprecation cert_file key_file
        ?client_cert_auth client_crl_file client_cert_allowed_hostname trusted_ca_file ?auto_tls peer_cert_file peer_key_file
        ?peer_client_cert_auth peer_trusted_ca_file peer_cert_allowed_cn peer_cert_allowed_hostname ?peer_auto_tls
        #self_signed_cert_validity peer_crl_file cipher_suites cors host_whitelist auth_token #bcrypt_cost #auth_token_ttl
        ?enable_pprof metrics listen_metrics_urls logger log_outputs log_level ?enable_log_rotation log_rotation_config_json
        ?experimental_enable_distributed_tracing experimental_distributed_tracing_address
        experimental_distributed_tracing_service_name experimental_distributed_tracing_instance_id proxy #proxy_failure_wait
        #proxy_refresh_interval #proxy_dial_timeout #proxy_write_timeout #proxy_read_timeout ?experimental_initial_corrupt_check
        experimental_corrupt_check_time experimental_enable_v2v3 ?experimental_enable_lease_checkpoint
        #experimental_compaction_batch_limit experimental_watch_progress_notify_interval experimental_warning_apply_duration
        ?experimental_txn_mode_write_with_shared_buffer ?force_new_cluster ?unsafe_no_fsync
        """);

    private static readonly StructType None = Section("types.Etcd", "");

    public static IReadOnlyList<StructType> All { get; } = [Common, V23, V30, V31, V32, V33, V34, V35, None];

    /// <summary>The section's first field, of whichever version its type is.</summary>
    public static Field Version(StructType type) => type.Fields[0];

    /// <summary>The options of a version; without one, those of 3.0. A version that is refused later has none.</summary>
    public static StructType For(SemanticVersion? version) => version switch
    {
        null => V30,
        { Major: 2, Minor: >= 3 } => V23,
        { Major: 3, Minor: 0 } => V30,
        { Major: 3, Minor: 1 } => V31,
        { Major: 3, Minor: 2 } => V32,
        { Major: 3, Minor: 3 } => V33,
        { Major: 3, Minor: 4 } => V34,
        { Major: 3, Minor: >= 5 } => V35,
        _ => None,
    };

    private static StructType Section(string name, string options)
    {
        var words = options.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return new StructType(name, [Field.OptionalText("version"), .. words.Select(Option)]);
    }

    private static Field Option(string word) => word[0] switch
    {
        '#' => Field.OptionalNumber(word[1..]),
        '?' => Field.OptionalFlag(word[1..]),
        _ => Field.OptionalText(word),
    };
}
