import { names, type WaitSiteRow } from "./row.ts";

/** Block devices, what is stacked on them, and other hardware. */
export const DEVICE_SITES: readonly WaitSiteRow[] = [
  {
    id: "block-queue",
    functions: names(`
      blk_mq_get_tag __blk_mq_get_tag bt_get get_request_wait get_request __get_request rq_qos_wait
      wbt_wait __wbt_wait blk_queue_enter* __bio_queue_enter blk_mq_freeze_queue* blk_throtl_*
      ioc_rqos_throttle bio_alloc_bioset mempool_alloc`),
    subsystem: "block",
    waitsFor: "room in a device's queue, or its throttle",
    effect: "blocks",
    symptom: "high I/O wait",
  },
  {
    id: "block-io",
    functions: names(`
      submit_bio_wait blkdev_issue_flush* blk_execute_rq* blkdev_issue_* dio_await_completion
      dio_await_one __blockdev_direct_IO* do_blockdev_direct_IO __iomap_dio_rw iomap_dio_rw
      iomap_dio_complete wait_on_sync_kiocb swap_readpage swap_readahead bio_wait* __blkdev_direct_IO*
      blkdev_direct_IO*`),
    subsystem: "block",
    waitsFor: "the I/O of a block device",
    effect: "blocks",
    symptom: "high I/O wait",
    refinedBy: ["jbd2-commit", "xfs-log"],
  },
  {
    id: "block-open",
    functions: names(`
      blkdev_put* bdev_release blkdev_get* __blkdev_get* bdev_open* lo_open lo_release __loop_clr_fd
      loop_clr_fd lo_ioctl loop_configure lock_bdev* bd_prepare_to_claim blkdev_common_ioctl
      truncate_bdev_range del_gendisk invalidate_bdev`),
    subsystem: "block",
    waitsFor: "the open or close of a block device",
    effect: "blocks",
    symptom: "snap or loop devices leak",
  },
  {
    id: "device-mapper",
    functions: names(`
      dm_suspend __dm_suspend dm_wait_for_* dm_kcopyd_* dm_io* dm_internal_suspend* multipath_*
      md_write_start md_super_wait md_check_recovery raid5_* raid10_* raid1_* bch_* __closure_sync
      bio_alloc_clone`),
    callers: ["dm_*", "md_*", "raid5_*", "bch_*"],
    subsystem: "device",
    waitsFor: "the device below dm, md or bcache",
    effect: "blocks",
  },
  {
    id: "scsi-recovery",
    functions: names(`
      scsi_block_when_processing_errors scsi_execute* sg_io nvme_wait_freeze* nvme_submit_sync_cmd
      __nvme_submit_sync_cmd nvme_dev_disable nvme_reset_work`),
    subsystem: "device",
    waitsFor: "a disk's error recovery or command",
    effect: "blocks",
  },
  {
    id: "gpu",
    functions: names(`
      nv_* nvidia_* os_acquire_* uvm_* amdgpu_* drm_* dma_fence_wait* dma_resv_wait* nvkms_*`),
    callers: ["nvidia_*", "amdgpu_*"],
    subsystem: "device",
    waitsFor: "the GPU or its driver",
    effect: "blocks",
    symptom: "a training pod can't be killed",
  },
  {
    id: "vfio",
    functions: ["vfio_*", "iommufd_*"],
    callers: ["vfio_*"],
    subsystem: "device",
    waitsFor: "a passed-through device",
    effect: "blocks",
  },
  {
    id: "kvm-fault",
    functions: ["kvm_async_pf_task_wait*"],
    subsystem: "virtualisation",
    waitsFor: "the hypervisor to bring in a page",
    effect: "blocks",
  },
  {
    id: "kvm-vcpu",
    functions: ["kvm_vcpu_block", "kvm_vcpu_halt", "kvm_arch_vcpu_ioctl_run"],
    subsystem: "virtualisation",
    waitsFor: "an interrupt of its guest",
    effect: "idle",
  },
];
