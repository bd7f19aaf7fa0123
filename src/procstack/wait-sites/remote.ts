import { names, type WaitSiteRow } from "./row.ts";

/** File systems whose data is another party's: a server, a hypervisor, a program. */
export const REMOTE_SITES: readonly WaitSiteRow[] = [
  {
    id: "fuse",
    functions: names(`
      request_wait_answer __fuse_request_send __fuse_simple_request fuse_simple_request
      fuse_request_send* fuse_wait_aborted fuse_set_nowrite fuse_get_req __fuse_get_req
      fuse_get_req_nofail* fuse_block_alloc fuse_wait_on_page_writeback fuse_wait_on_folio_writeback
      fuse_flush`),
    callers: ["fuse_*", "__fuse_*"],
    subsystem: "fuse",
    waitsFor: "a reply of the program that serves the FUSE mount",
    effect: "blocks",
    asleep: true,
    symptom: "pods on lxcfs, s3fs or JuiceFS hang",
  },
  {
    id: "fuse-server",
    functions: names(`
      fuse_dev_do_read fuse_dev_read fuse_dev_splice_read fuse_uring_cmd request_wait`),
    subsystem: "fuse",
    waitsFor: "a request to serve",
    effect: "idle",
  },
  {
    id: "nfs-lock",
    functions: names(`
      nlmclnt_call nlmclnt_block nlmclnt_lock nlmclnt_reclaim nlmclnt_proc nlmclnt_wait`),
    subsystem: "nfs",
    waitsFor: "the NFS server's lock manager",
    effect: "blocks",
  },
  {
    id: "nfs",
    functions: names(`
      rpc_wait_bit_killable nfs_wait_bit_killable nfs_wait_bit_uninterruptible __rpc_execute
      rpc_run_task rpc_execute nfs_wait_client_init_complete nfs4_delay* nfs4_wait_clnt_recover
      nfs_wait_on_request nfs_iocounter_wait __nfs_iocounter_wait nfs_inode_dio_wait
      rpc_wait_for_completion_task nfs4_handle_exception rpc_shutdown_client
      __rpc_wait_for_completion_task`),
    callers: names(`
      nfs_* nfs3_* nfs4_* __nfs* _nfs4_* rpc_*`),
    subsystem: "nfs",
    waitsFor: "an answer of the NFS server",
    effect: "blocks",
    symptom: "df hangs; kubelet and its PLEG stall",
  },
  {
    id: "cifs",
    functions: names(`
      wait_for_response cifs_reconnect cifs_send_recv compound_send_recv smb2_reconnect cifs_wait_for_*
      wait_for_free_credits smb2_wait_*`),
    callers: ["cifs_*", "smb2_*", "SMB2_*", "CIFS*"],
    subsystem: "cifs",
    waitsFor: "an answer of the SMB server",
    effect: "blocks",
    symptom: "an Azure File volume hangs",
  },
  {
    id: "ceph-truncate",
    functions: ["__ceph_do_pending_vmtruncate", "__ceph_setattr", "ceph_setattr"],
    subsystem: "ceph",
    waitsFor: "the Ceph cluster to take a truncation",
    effect: "blocks",
    symptom: "the pod stays Terminating for ever",
  },
  {
    id: "ceph",
    functions: names(`
      ceph_mdsc_* ceph_osdc_* ceph_get_caps __ceph_get_caps try_get_cap_refs ceph_wait_on_* ceph_monc_*
      __ceph_open_session rbd_* ceph_con_* linger_*`),
    callers: ["ceph_*", "__ceph_*", "rbd_*"],
    subsystem: "ceph",
    waitsFor: "the Ceph cluster: MDS, OSD or capabilities",
    effect: "blocks",
    symptom: "the pod stays Terminating for ever",
  },
  {
    id: "9p",
    functions: names(`
      p9_client_rpc p9_virtio_request p9_fd_close p9_client_* virtio_fs_* v9fs_*`),
    callers: ["p9_*", "v9fs_*", "virtio_fs_*"],
    subsystem: "9p",
    waitsFor: "the hypervisor's file server",
    effect: "blocks",
    symptom: "a Kata or minikube mount hangs",
  },
  {
    id: "autofs",
    functions: names(`
      autofs_wait autofs4_wait autofs_mount_wait autofs4_mount_wait autofs_expire_wait`),
    subsystem: "autofs",
    waitsFor: "the automount daemon",
    effect: "blocks",
    asleep: true,
    symptom: "df hangs",
  },
  {
    id: "fanotify",
    functions: ["fanotify_handle_event", "fanotify_get_response", "fanotify_get_response_from_access"],
    subsystem: "fanotify",
    waitsFor: "the agent (an antivirus, mostly) that must allow the access",
    effect: "blocks",
    asleep: true,
    symptom: "exec and open hang on the whole node",
  },
];
